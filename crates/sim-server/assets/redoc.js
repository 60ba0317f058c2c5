import { parse } from '/assets/contract.js';
import { init } from '/assets/redoc-3.0.1/redoc.standalone.js';

// ReDoc would build its search worker from a string, which the Content-Security-Policy forbids.
// Where it finds no Worker, it searches in the page.
delete globalThis.Worker;

const contract = await fetch('/openapi.json');
const downloadUrls = [
  { title: 'OpenAPI 3.1', url: '/openapi.json' },
  { title: 'OpenAPI 3.0', url: '/openapi-3.0.json' },
];
init(parse(await contract.text()), { disableTelemetry: true, downloadUrls }, document.getElementById('redoc'));
