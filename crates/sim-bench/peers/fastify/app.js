// Fastify, with a schema for each body.

import fastify from "fastify";

const app = fastify();

const integer = { type: "integer" };
const request = {
  type: "object",
  required: ["seed"],
  properties: { seed: integer, steps: { ...integer, minimum: 1, maximum: 100000, default: 10 } },
};
const response = { type: "object", properties: { seed: integer, steps: integer, result: integer } };
const healthy = { type: "object", properties: { status: { type: "string" } } };

// One step is x → a·x + c modulo 2³¹; its powers of two are found by squaring.
function simulate(seed, steps) {
  let [state, a, c] = [seed & 0x7fffffff, 1103515245, 12345];
  for (; steps > 0; steps >>= 1) {
    if (steps & 1) state = (Math.imul(a, state) + c) & 0x7fffffff;
    [a, c] = [Math.imul(a, a), Math.imul(a + 1, c)];
  }
  return state;
}

app.get("/health", { schema: { response: { 200: healthy } } }, async () => ({ status: "ok" }));

app.post("/simulate", { schema: { body: request, response: { 200: response } } }, async ({ body }) => {
  const { seed, steps } = body;
  return { seed, steps, result: simulate(seed, steps) };
});

const url = await app.listen({ host: "127.0.0.1", port: Number(process.argv[2]) });
console.log(JSON.stringify({ message: "listening", url }));
