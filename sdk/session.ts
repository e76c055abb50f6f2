/** Access tokens, kept fresh: one refresh at a time, whoever asks. */

import { ApiProblem } from './api-problem.ts';
import type { LoggedIn } from './api-types.ts';

/** Where the refresh token is kept between starts of a program. */
export interface TokenStore {
  read(): string | null;
  write(refreshToken: string | null): void;
  /**
   * Runs one action at a time among all that share the store: a refresh token is good for one use, and
   * using it twice ends the session.
   */
  exclusively<T>(action: () => Promise<T>): Promise<T>;
  /** Where access tokens outlive a program too: one that runs for a second need not ask for a new one each time. */
  readonly access?: { read(): AccessToken | null; write(access: AccessToken | null): void };
}

export interface AccessToken {
  readonly token: string;
  /** Milliseconds UTC. */
  readonly endsAt: number;
}

/** Asked for a token without a session. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';

  constructor(cause?: unknown) {
    super('You are signed out.', { cause });
  }
}

export interface SessionOptions {
  readonly store: TokenStore;
  readonly refresh: (refreshToken: string) => Promise<LoggedIn>;
  /** Milliseconds UTC. */
  readonly now: () => number;
  /** Each log-in and refresh brings the user as he is now. */
  readonly onChange: (loggedIn: LoggedIn | null) => void;
  /** Given from outside and used as it is: there is nothing to refresh it with. */
  readonly fixedToken?: string;
}

/** A token this close to its end is renewed before its use: it has to last the journey. */
const spareMs = 15_000;

export class Session {
  readonly #options: SessionOptions;
  #access: AccessToken | null;
  #refreshing: Promise<string> | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#access = options.store.access?.read() ?? null;
  }

  get isOpen(): boolean {
    return this.#options.fixedToken !== undefined || this.#options.store.read() !== null;
  }

  /** A good access token; rejects with `SignedOut` when there is no session any more. */
  async accessToken(): Promise<string> {
    const { fixedToken } = this.#options;
    if (fixedToken !== undefined) return fixedToken;
    const access = this.#access;
    if (access !== null && access.endsAt - spareMs > this.#options.now()) return access.token;
    return await this.renew();
  }

  /** A new access token; callers at the same time share one. */
  async renew(): Promise<string> {
    if (this.#options.fixedToken !== undefined) throw new SignedOut();
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return await this.#refreshing;
  }

  begin(loggedIn: LoggedIn): void {
    this.#options.store.write(loggedIn.refreshToken);
    this.#take(loggedIn);
  }

  end(): void {
    this.#access = null;
    this.#options.store.write(null);
    this.#options.store.access?.write(null);
    this.#options.onChange(null);
  }

  async #refresh(): Promise<string> {
    const { store, refresh } = this.#options;
    return await store.exclusively(async () => {
      // Read here and not before: whoever had the store until now may have left a newer one.
      const refreshToken = store.read();
      if (refreshToken === null) throw new SignedOut();
      try {
        const loggedIn = await refresh(refreshToken);
        store.write(loggedIn.refreshToken);
        this.#take(loggedIn);
        return loggedIn.accessToken;
      } catch (error) {
        if (!(error instanceof ApiProblem) || (error.status !== 401 && error.status !== 403)) throw error;
        this.end();
        throw new SignedOut(error);
      }
    });
  }

  #take(loggedIn: LoggedIn): void {
    const { now, onChange, store } = this.#options;
    this.#access = { token: loggedIn.accessToken, endsAt: now() + loggedIn.expiresIn * 1_000 };
    store.access?.write(this.#access);
    onChange(loggedIn);
  }
}
