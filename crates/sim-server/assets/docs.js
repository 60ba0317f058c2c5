'use strict';

// Swagger UI has a dark theme but leaves choosing it to the page: follow the system.
const dark = matchMedia('(prefers-color-scheme: dark)');
const followSystem = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followSystem);
followSystem();

// JSON.parse rounds integers beyond 2^53, and Swagger UI shows what it returns: a seed of
// 9007199254740993 would seem to come back as ...992. Keep the digits as they were sent.
function prettyJson(content, contentType) {
  if (!/json/i.test(contentType) || !JSON.rawJSON) return undefined;
  const keepDigits = (_key, value, { source }) =>
    typeof value === 'number' ? JSON.rawJSON(source) : value;
  try {
    return JSON.stringify(JSON.parse(content, keepDigits), null, 2);
  } catch {
    return undefined;
  }
}

const ExactNumbers = {
  wrapComponents: {
    responseBody: (ResponseBody, { React }) => ({ getComponent, ...props }) => {
      const Code = React.useMemo(() => {
        const HighlightCode = getComponent('HighlightCode', true);
        const text = prettyJson(props.content, props.contentType);
        if (text === undefined) return HighlightCode;
        return (codeProps) => React.createElement(HighlightCode, codeProps, text);
      }, [getComponent, props.content, props.contentType]);
      const get = (name, ...rest) => (name === 'HighlightCode' ? Code : getComponent(name, ...rest));
      return React.createElement(ResponseBody, { ...props, getComponent: get });
    },
  },
};

SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: '/openapi.json',
  layout: 'BaseLayout',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  requestSnippetsEnabled: true,
  persistAuthorization: false,
  // The default sends the document to another host.
  validatorUrl: null,
  plugins: [ExactNumbers],
});
