import createClient from "openapi-fetch";
import type { paths } from "./sim/sim-client.js";

const { SIM_URL, SIM_API_KEY = "" } = process.env;
const sim = createClient<paths>({ baseUrl: SIM_URL ?? "http://127.0.0.1:8000", headers: { "X-API-Key": SIM_API_KEY } });

const { data, error } = await sim.POST("/simulate", { body: { seed: 42, steps: 10 } });
if (error) for (const { loc, msg } of error.detail) console.error(`${loc.join(".")}: ${msg}`);
else console.log(data.result);
