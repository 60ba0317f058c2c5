// A headless Chromium in which a check fails on what it throws and on whatever the browser complains about.
//
// CHROMIUM names the browser where it is not /usr/bin/chromium, SCREENSHOTS a folder to keep pictures in.
import { chromium } from 'playwright-core';

/** A service that is open, and one that asks for keys. */
export const [base, keyed] = process.argv.slice(2).map((url) => url.replace(/\/$/, ''));
if (!keyed) throw new Error('usage: node documentation_pages.mjs BASE_URL URL_WITH_KEYS');
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

export const desktop = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' };
export const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'light' };
export const dark = { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' };

let passed = 0;
let failed = 0;

/** Runs `use` on a fresh page; fails on what it throws and on whatever the browser complains about. */
export async function check(name, options, use) {
  const { origin } = new URL(options.baseURL ?? base);
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

export function expect(actual, expected) {
  if (actual !== expected) throw new Error(`expected ${expected}, got ${actual}`);
}

export async function expectNoSidewaysScroll(page) {
  const excess = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect(excess, 0);
}

/** Whether the text is light, as it is in a dark theme. */
export const isDark = (page, selector) =>
  page.locator(selector).first().evaluate((element) => {
    const [red, green, blue] = getComputedStyle(element).color.match(/\d+/g).map(Number);
    return red + green + blue > 3 * 128;
  });

/** Closes the browser; the process ends with exit code 1 where a check has failed. */
export async function finish() {
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
