// Opens the documentation pages in Chromium and uses them as a reader would.
//
//   node documentation_pages.mjs http://127.0.0.1:8000 http://127.0.0.1:8001
//
// The second service asks for the API key in SIM_API_KEY.
// Needs playwright-core. Ends with exit code 1 when a check fails.
import { check, desktop, base, expect, finish } from './chromium.mjs';

await import('./docs.mjs');
await import('./redoc.mjs');
await import('./prefix.mjs');
for (const path of ['/docs', '/redoc']) {
  await check(`${path.slice(1)}: without JavaScript`, { ...desktop, javaScriptEnabled: false }, async (page) => {
    await page.goto(base + path);
    expect(await page.locator('noscript a').getAttribute('href'), 'openapi.json');
  });
}
await finish();
