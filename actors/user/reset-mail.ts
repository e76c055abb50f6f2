/** The mail that brings a token for a new password. */

import { resetTokenMs } from './reset-token.ts';

export interface ResetMail {
  readonly to: string;
  readonly locale: 'en' | 'zh';
  readonly token: string;
}

const minutes = resetTokenMs / 60_000;

const texts = {
  en: {
    subject: 'Your new password',
    before: `Somebody, probably you, asked for a new password.\n\nThe token, good once and for ${minutes} minutes:`,
    after:
      'Choose "Forgot your password?" where you sign in, and enter it there.\n\nIf it was not you, there is nothing that you need to do.',
  },
  zh: {
    subject: '重置您的密码',
    before: `有人（很可能是您本人）申请了重置密码。\n\n以下令牌只能使用一次，${minutes} 分钟内有效：`,
    after: '请在登录页面选择 “Forgot your password?”，然后输入该令牌。\n\n如果不是您本人的操作，无需做任何处理。',
  },
} as const;

export const resetMail = ({
  to,
  locale,
  token,
}: ResetMail): { readonly to: string; readonly subject: string; readonly text: string } => {
  const { subject, before, after } = texts[locale];
  return { to, subject, text: `${before}\n${token}\n\n${after}\n` };
};
