import { expect, it } from 'vitest';
import { html, jsonForScript } from './html.ts';

it('escapes text and attribute values', () => {
  expect(html`<td title="${'"><script>'}">${"<b>Tom & 'Jerry'</b>"}</td>`.text).toBe(
    '<td title="&quot;&gt;&lt;script&gt;">&lt;b&gt;Tom &amp; &#39;Jerry&#39;&lt;/b&gt;</td>',
  );
});

it('nests markup and lists, leaves out what is not there, and the indentation of the source', () => {
  const list = html`<ul>
    ${[1, 2].map((n) => html`<li>${n}</li>`)}${null}${undefined}${false}
  </ul>`;
  expect(list.text).toBe('<ul>\n<li>1</li><li>2</li>\n</ul>');
});

it('shows characters that HTML has no place for', () => {
  expect(html`<b>${'a\u0000b\u001b[31m'}</b>`.text).toBe('<b>a\ufffdb\ufffd[31m</b>');
});

it('writes JSON that can not end its element', () => {
  const { text } = jsonForScript({ name: '</script><script>alert(1)</script>' });
  expect(text).not.toContain('</');
  expect(JSON.parse(text)).toEqual({ name: '</script><script>alert(1)</script>' });
});
