import { expect, test } from 'vitest';
import { openBrowser } from './browser.ts';

test('opens a page in the browser of the machine', async () => {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent(
      '<title>report</title><p>1 + 1 = <b></b></p><script>document.querySelector("b").textContent = 1 + 1</script>',
    );
    expect(await page.title()).toBe('report');
    expect(await page.textContent('p')).toBe('1 + 1 = 2');
  } finally {
    await browser.close();
  }
});
