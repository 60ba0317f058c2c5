// Swagger UI, at /docs: the operations to try.
import { base, check, dark, desktop, expect, expectNoSidewaysScroll, isDark, keyed, phone } from './chromium.mjs';

/** The states that the example of a trajectory asks for, in each of its media types. */
const TRAJECTORY = {
  'application/json': '{"seed":42,"start":0,"stride":1000,"count":3,"values":[42,1363713826,1458981146]}',
  'application/x-ndjson': '{"step":0,"value":42}{"step":1000,"value":1363713826}{"step":2000,"value":1458981146}',
  'text/csv': 'step,value0,421000,13637138262000,1458981146',
};

/** The answer that an operation shows, its body without whitespace. */
async function answerOf(operation) {
  const answer = operation.locator('.live-responses-table .response').first();
  const body = answer.locator('.highlight-code code').first();
  return {
    status: (await answer.locator('.response-col_status').innerText()).trim(),
    body: (await body.innerText()).replaceAll(/\s/g, ''),
  };
}

/** Opens /docs, expands `simulate`, sends `body`; the answer as Swagger UI shows it. */
async function simulate(page, body) {
  await page.goto(`${base}/docs`);
  const operation = page.locator('#operations-simulation-simulate');
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('textarea').fill(body);
  await operation.getByRole('button', { name: 'Execute' }).click();
  return answerOf(operation);
}

/** Opens /docs at the trajectory and asks for a media type. */
async function trajectory(page, mediaType) {
  await page.goto(`${base}/docs#/simulation/get_trajectory`);
  const operation = page.locator('#operations-simulation-get_trajectory');
  await operation.getByLabel('Media Type').first().selectOption(mediaType);
  return operation;
}

async function executes(page) {
  const answer = await simulate(page, '{"seed": 42, "steps": 1000}');
  expect(answer.status, '200');
  expect(answer.body, '{"seed":42,"steps":1000,"result":1363713826}');
  await page.getByText('Request duration').waitFor();
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
  expect(answer.status, '422');
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
  await page.locator('html.dark-mode').waitFor();
  expect(await isDark(page, '.info .title'), true);
});
for (const [mediaType, text] of Object.entries(TRAJECTORY)) {
  await check(`docs: a trajectory as ${mediaType}`, phone, async (page) => {
    const operation = await trajectory(page, mediaType);
    const example = operation.locator('.response[data-code="200"] .model-example .highlight-code');
    expect((await example.innerText()).replaceAll(/\s/g, ''), text);
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = await answerOf(operation);
    expect(`${answer.status} ${answer.body}`, `200 ${text}`);
    await expectNoSidewaysScroll(page);
  });
}
await check('docs: a trajectory in binary, to take away', desktop, async (page) => {
  const operation = await trajectory(page, 'application/octet-stream');
  await operation.locator('.response[data-code="200"] .model-example').getByText('Each value as four bytes').waitFor();
  await operation.getByRole('button', { name: 'Execute' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), operation.getByText('Download file').click()]);
  const chunks = await (await file.createReadStream()).toArray();
  const states = new Uint32Array([42, 1363713826, 1458981146]);
  expect(Buffer.concat(chunks).toString('hex'), Buffer.from(states.buffer).toString('hex'));
});
await check('docs: with the keyboard alone', desktop, async (page) => {
  await page.goto(`${base}/docs`);
  const operation = page.locator('#operations-simulation-simulate');
  await operation.locator('.opblock-summary-control').waitFor();
  const tabTo = async (target) => {
    for (let presses = 0; presses < 50; presses++) {
      await page.keyboard.press('Tab');
      if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`no way to ${target}`);
  };
  await tabTo(operation.locator('.opblock-summary-control'));
  await page.keyboard.press('Enter');
  await tabTo(operation.locator('textarea'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('{"seed": 42}');
  await tabTo(operation.getByRole('button', { name: 'Execute' }));
  await page.keyboard.press('Enter');
  expect((await answerOf(operation)).body, '{"seed":42,"steps":10,"result":1535244752}');
});
await check('docs: figures are exact', desktop, async (page) => {
  await page.goto(`${base}/docs`);
  const schema = page.locator('.json-schema-2020-12', { hasText: 'SimulateRequest' }).first();
  await schema.getByText('Expand all').click();
  await schema.getByText('[1, 100000]').waitFor();
  expect(await page.getByText('9223372036854776000').count(), 0);
});
await check('docs: authorize and execute', { ...phone, baseURL: keyed }, async (page) => {
  await page.goto('/docs#/simulation/simulate');
  const operation = page.locator('#operations-simulation-simulate');
  const statusOfNext = async () => {
    const answered = page.waitForResponse((response) => response.url().endsWith('/simulate'));
    await operation.getByRole('button', { name: 'Execute' }).click();
    return (await answered).status();
  };
  expect(await statusOfNext(), 401);
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const dialog = page.locator('.modal-ux');
  await dialog.locator('input').fill(process.env.SIM_API_KEY);
  await dialog.getByRole('button', { name: 'Apply credentials' }).click();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  expect(await statusOfNext(), 200);
});
