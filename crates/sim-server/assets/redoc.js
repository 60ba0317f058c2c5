import { documentAt, parse } from './contract.js';
import { init } from './redoc-3.0.1/redoc.standalone.js';

// ReDoc would build its search worker from a string, which the Content-Security-Policy forbids.
// Where it finds no Worker, it searches in the page.
delete globalThis.Worker;

const contract = await fetch(documentAt('openapi.json'));
const downloadUrls = [
  { title: 'OpenAPI 3.1', url: documentAt('openapi.json') },
  { title: 'OpenAPI 3.0', url: documentAt('openapi-3.0.json') },
];
init(parse(await contract.text()), { disableTelemetry: true, downloadUrls }, document.getElementById('redoc'));
