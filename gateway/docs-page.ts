/** The description of the API as one page that needs nothing from elsewhere, not even a script. */

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> };
  readonly responses?: Readonly<Record<string, Answer>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: unknown;
}

interface Answer {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}

interface Description {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** `document` is an OpenAPI document, as fastify's plugin makes it. */
export const docsPage = (document: unknown): string => {
  const { info, tags, paths } = document as Description; // made by ourselves, from the schemas of the routes
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description = '' }) => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(name) === true);
    return own.length === 0
      ? ''
      : `<section id="${text(name)}"><h2>${text(name)} <small>${text(description)}</small></h2>${own.map(operationHtml).join('')}</section>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(info.title)} API</title><style>${style}</style></head><body><h1>${text(info.title)} API <small>${text(info.version)}</small></h1>
<p>${text(info.description ?? '')}</p><p><a href="/docs/openapi.json">openapi.json</a>, and of events <a href="/docs/asyncapi.json">asyncapi.json</a></p>${sections.join('')}</body></html>`;
};

const operationHtml = (of: {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}): string => {
  const { path, method, operation } = of;
  const { summary = '', description = '', parameters = [], requestBody, responses = {} } = operation;
  const rows = parameters.map(
    (parameter) =>
      `<tr><td><code>${text(parameter.name)}</code>${parameter.required === true ? ' *' : ''}</td><td>${text(parameter.in)}</td><td>${schemaHtml(parameter.schema)} ${text(parameter.description ?? '')}</td></tr>`,
  );
  const answers = Object.entries(responses).map(
    ([status, answer]) =>
      `<h4>${text(status)}</h4>${contentHtml(answer.content) || `<p>${text(answer.description ?? '')}</p>`}`,
  );
  return `<details><summary><b class="${text(method)}">${text(method.toUpperCase())}</b> <code>${text(path)}</code> ${text(summary)}</summary>
${description === '' ? '' : `<p>${text(description)}</p>`}${rows.length === 0 ? '' : `<table>${rows.join('')}</table>`}
${requestBody === undefined ? '' : `<h3>Body</h3>${contentHtml(requestBody.content)}`}<h3>Answers</h3>${answers.join('')}</details>`;
};

const contentHtml = (content: Answer['content']): string =>
  Object.values(content ?? {})
    .map(({ schema }) => schemaHtml(schema))
    .join('');

const schemaHtml = (schema: unknown): string => (schema === undefined ? '' : `<pre>${text(shape(schema, ''))}</pre>`);

/** A schema in short, as a person would write the value. */
const shape = (schema: unknown, indent: string): string => {
  if (typeof schema !== 'object' || schema === null) return 'anything';
  const part = (name: string): unknown => Reflect.get(schema, name);
  const reference = part('$ref');
  // To what it stands in, where it is one of its own parts.
  if (typeof reference === 'string') return reference.slice(reference.lastIndexOf('/') + 1);
  const alternatives = part('anyOf');
  if (Array.isArray(alternatives)) return alternatives.map((one) => shape(one, indent)).join(' | ');
  const words = part('enum');
  if (Array.isArray(words)) return words.map((word) => JSON.stringify(word)).join(' | ');
  if (part('const') !== undefined) return JSON.stringify(part('const'));
  const properties = part('properties');
  if (typeof properties === 'object' && properties !== null) return objectShape(properties, part('required'), indent);
  const items = part('items');
  if (items !== undefined) return `[${shape(items, indent)}, …]`;
  const type = part('type');
  const name = Array.isArray(type) ? type.join(' | ') : typeof type === 'string' ? type : 'anything';
  const format = part('format');
  return typeof format === 'string' ? `${name} (${format})` : name;
};

const objectShape = (properties: object, required: unknown, indent: string): string => {
  const names = Array.isArray(required) ? required : [];
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(
    ([name, schema]) => `${inner}${name}${names.includes(name) ? '' : '?'}: ${shape(schema, inner)}`,
  );
  return `{\n${lines.join('\n')}\n${indent}}`;
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const text = (value: string): string => value.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');

const style = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
small{font-weight:normal;opacity:.7}details{border:1px solid #8884;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}pre{background:#8882;padding:.5rem;border-radius:6px;overflow:auto;margin:.3rem 0}td{vertical-align:top;padding:.2rem .6rem .2rem 0}
b{display:inline-block;min-width:4rem}.get{color:#2a7}.post{color:#27c}.put,.patch{color:#b70}.delete{color:#c33}`;
