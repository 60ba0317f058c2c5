export default {
  input: "../../openapi.json",
  // A log file would only repeat what is printed.
  logs: { file: false },
  plugins: [
    // `client`, which the functions use unless told another, can be imported beside them.
    { name: "@hey-api/client-fetch", includeInEntry: true },
    // The default, `SimulateResponse`, is a name of the contract: it would make this one `SimulateResponse2`.
    { name: "@hey-api/typescript", responses: { name: "{{name}}Answers", response: "{{name}}Answer" } },
    "@hey-api/sdk",
  ],
};
