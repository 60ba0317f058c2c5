// Both pages behind a proxy that strips a prefix, of which the service is told nothing.
import { createServer, request } from 'node:http';
import { base, check, desktop, expect } from './chromium.mjs';

const PREFIX = '/some/api';

/** Passes on what is below the prefix, and knows nothing else. */
const proxy = createServer((incoming, outgoing) => {
  const path = incoming.url.startsWith(`${PREFIX}/`) && incoming.url.slice(PREFIX.length);
  if (!path) return outgoing.writeHead(404).end();
  const options = { method: incoming.method, headers: incoming.headers };
  const passed = request(base + path, options, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(passed);
});
await new Promise((ready) => proxy.listen(0, '127.0.0.1', ready));

const origin = `http://127.0.0.1:${proxy.address().port}`;
const behindProxy = { ...desktop, baseURL: origin };
const { paths } = await (await fetch(`${base}/openapi.json`)).json();
const operations = Object.values(paths).flatMap((path) => Object.keys(path)).length;

for (const start of ['/docs', '/docs/', '/']) {
  await check(`prefix: every operation, and one tried out, from ${start}`, behindProxy, async (page) => {
    await page.goto(PREFIX + start);
    expect(new URL(page.url()).pathname, `${PREFIX}/docs`);
    const operation = page.locator('#operations-simulation-simulate');
    await operation.waitFor();
    expect(await page.locator('.opblock').count(), operations);
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('textarea').fill('{"seed": 42, "steps": 1000}');
    const called = page.waitForResponse((response) => response.request().method() === 'POST');
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = await called;
    expect(answer.url(), `${origin}${PREFIX}/simulate`);
    expect(await answer.text(), '{"seed":42,"steps":1000,"result":1363713826}');
  });
}
await check('prefix: redoc', behindProxy, async (page) => {
  await page.goto(`${PREFIX}/redoc`);
  await page.locator('h1').first().waitFor();
  await page.getByText('OpenAPI 3.0').waitFor();
  const links = await page.locator('a[download]').evaluateAll((all) => all.map(({ pathname }) => pathname));
  expect([...new Set(links)].join(), `${PREFIX}/openapi.json,${PREFIX}/openapi-3.0.json`);
});

proxy.close();
proxy.closeAllConnections();
