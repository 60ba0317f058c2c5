// ReDoc, at /redoc: the contract to read.
import { base, check, dark, desktop, expect, expectNoSidewaysScroll, isDark, phone } from './chromium.mjs';

async function reads(page) {
  await page.goto(`${base}/redoc`);
  // A section is rendered when it comes near the window.
  await page.locator('h1').first().waitFor();
  await page.mouse.wheel(0, 10_000);
  await page.getByText('/simulate', { exact: true }).filter({ visible: true }).first().click();
  await page.getByRole('heading', { name: 'Responses' }).first().waitFor();
  await page.getByText('100000').first().waitFor();
  await expectNoSidewaysScroll(page);
}

await check('redoc: read', desktop, reads);
await check('redoc: read on a phone', phone, reads);
await check('redoc: read in the dark', dark, async (page) => {
  await reads(page);
  expect(await isDark(page, 'h1'), true);
});
await check('redoc: search with the keyboard', desktop, async (page) => {
  await page.goto(`${base}/redoc`);
  await page.locator('h1').waitFor();
  await page.keyboard.press('Control+K');
  await page.keyboard.type('simulate');
  await page.locator('a[href$="/simulate"][tabindex="0"]').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#.*\/simulate/);
});
await check('redoc: a link to an operation, and exact figures', desktop, async (page) => {
  await page.goto(`${base}/redoc#/simulation/get_trajectory`);
  await page.getByRole('heading', { name: "Get the states of a simulation" }).waitFor();
  await page.getByText('2147483647').first().waitFor();
  expect(await page.getByText('9223372036854776000').count(), 0);
});
await check('redoc: both forms of the contract to take away', phone, async (page) => {
  await page.goto(`${base}/redoc`);
  await page.getByText('OpenAPI 3.0').waitFor();
  const links = await page.locator('a[download]').evaluateAll((all) => all.map(({ pathname }) => pathname));
  expect([...new Set(links)].join(), '/openapi.json,/openapi-3.0.json');
});
