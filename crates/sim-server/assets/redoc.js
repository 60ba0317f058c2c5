import { init } from '/assets/redoc-3.0.1/redoc.standalone.js';

// ReDoc would build its search worker from a string, which the Content-Security-Policy forbids.
// Where it finds no Worker, it searches in the page.
delete globalThis.Worker;

init('/openapi.json', { disableTelemetry: true }, document.getElementById('redoc'));
