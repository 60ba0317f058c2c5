import { client, simulate } from "./sim/index.js";

const { SIM_URL, SIM_API_KEY = "" } = process.env;
client.setConfig({ baseUrl: SIM_URL ?? "http://127.0.0.1:8000", auth: SIM_API_KEY });

const { data, error } = await simulate({ body: { seed: 42, steps: 10 } });
if (error) for (const { loc, msg } of error.detail) console.error(`${loc.join(".")}: ${msg}`);
else console.log(data.result);
