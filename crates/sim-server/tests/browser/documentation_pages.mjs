// Opens the documentation pages in Chromium and uses them as a reader would.
//
//   node documentation_pages.mjs http://127.0.0.1:8000
//
// Needs playwright-core; CHROMIUM names the browser where it is not /usr/bin/chromium, SCREENSHOTS a
// folder to keep pictures in. Ends with exit code 1 when a check fails.
import { chromium } from 'playwright-core';

const base = process.argv[2]?.replace(/\/$/, '');
if (!base) throw new Error('usage: node documentation_pages.mjs BASE_URL');
const origin = new URL(base).origin;
const pictures = process.env.SCREENSHOTS;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--headless',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});

const desktop = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' };
const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'light' };
const dark = { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' };

let passed = 0;
let failed = 0;

/** Runs `use` on a fresh page; fails on what it throws and on whatever the browser complains about. */
async function check(name, options, use) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const findings = [];
  page.on('console', (message) => {
    const counts = ['error', 'warning'].includes(message.type());
    // What the listener for responses judges.
    const isStatus = message.text().startsWith('Failed to load resource');
    if (counts && !isStatus) findings.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => findings.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) findings.push(`other host: ${url}`);
  });
  page.on('requestfailed', (request) => findings.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    const isApi = response.request().method() === 'POST';
    if (response.status() >= 400 && !isApi) findings.push(`${response.status()}: ${response.url()}`);
  });
  // Violations that a script catches reach no console.
  await page.exposeFunction('reportViolation', (text) => findings.push(`CSP: ${text}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      reportViolation(`${effectiveDirective} ${blockedURI} ${sample}`),
    );
  });

  try {
    await use(page);
    await page.waitForLoadState('networkidle');
  } catch (error) {
    findings.push(error.message);
  }
  if (pictures) await page.screenshot({ path: `${pictures}/${name.replaceAll(/\W+/g, '-')}.png`, fullPage: true });
  await context.close();

  for (const finding of findings) console.log(`  ${finding.split('\n')[0]}`);
  console.log(`${findings.length ? 'FAIL' : 'ok'}   ${name}`);
  findings.length ? failed++ : passed++;
}

function expect(actual, expected) {
  if (actual !== expected) throw new Error(`expected ${expected}, got ${actual}`);
}

async function expectNoSidewaysScroll(page) {
  const excess = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect(excess, 0);
}

/** Whether the text is light, as it is in a dark theme. */
const isDark = (page, selector) =>
  page.locator(selector).first().evaluate((element) => {
    const [red, green, blue] = getComputedStyle(element).color.match(/\d+/g).map(Number);
    return red + green + blue > 3 * 128;
  });

/** Opens /docs, expands `simulate`, sends `body`; the answer as Swagger UI shows it. */
async function simulate(page, body) {
  await page.goto(`${base}/docs`);
  const operation = page.locator('.opblock', { has: page.getByText('/simulate', { exact: true }) });
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('textarea').fill(body);
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table .response').first();
  return {
    status: await answer.locator('.response-col_status').innerText(),
    body: (await answer.locator('.highlight-code code').first().innerText()).replaceAll(/\s/g, ''),
  };
}

async function executes(page) {
  const answer = await simulate(page, '{"seed": 42, "steps": 1000}');
  expect(answer.status.trim(), '200');
  expect(answer.body, '{"seed":42,"steps":1000,"result":1363713826}');
  await expectNoSidewaysScroll(page);
}

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

await check('docs: execute', desktop, executes);
await check('docs: execute on a phone', phone, executes);
await check('docs: execute in the dark', dark, async (page) => {
  await executes(page);
  expect(await isDark(page, '.info .title'), true);
});
await check('docs: a refused body', desktop, async (page) => {
  const refused = page.waitForResponse((response) => response.url().endsWith('/simulate'));
  const answer = await simulate(page, '{"steps": 0}');
  expect((await refused).status(), 422);
  expect(answer.status.trim(), '422');
});
await check('docs: every digit of a large seed', desktop, async (page) => {
  const { body } = await simulate(page, '{"seed": 9007199254740993, "steps": 1}');
  expect(body.startsWith('{"seed":9007199254740993,'), true);
});
await check('docs: the system turns dark', desktop, async (page) => {
  await page.goto(`${base}/docs`);
  await page.locator('.info').waitFor();
  expect(await isDark(page, '.info .title'), false);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await isDark(page, '.info .title'), true);
});
await check('docs: a trajectory', desktop, async (page) => {
  await page.goto(`${base}/docs`);
  const operation = page.locator('#operations-simulation-get_trajectory');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table .response').first();
  expect((await answer.locator('.response-col_status').innerText()).trim(), '200');
  const body = await answer.locator('.highlight-code code').first().innerText();
  expect(JSON.parse(body).values.join(), '42,1363713826,1458981146');
});
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
for (const path of ['/docs', '/redoc']) {
  await check(`${path.slice(1)}: without JavaScript`, { ...desktop, javaScriptEnabled: false }, async (page) => {
    await page.goto(base + path);
    expect(await page.locator('noscript a').getAttribute('href'), '/openapi.json');
  });
}

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
