import { documentAt, parse } from './contract.js';

const CONTRACT = documentAt('openapi.json');

// Swagger UI has a dark theme but leaves choosing it to the page: follow the system.
const dark = matchMedia('(prefers-color-scheme: dark)');
const followSystem = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followSystem);
followSystem();

// JSON.parse rounds integers beyond 2^53, and Swagger UI shows what it returns: a seed of
// 9007199254740993 would seem to come back as ...992. Keep the digits as they were sent; and show
// one object a line, which is not one value of JSON, as it is.
function prettyJson(content, contentType) {
  if (!/json/i.test(contentType) || !JSON.rawJSON) return undefined;
  const keepDigits = (_key, value, { source }) =>
    typeof value === 'number' ? JSON.rawJSON(source) : value;
  try {
    return JSON.stringify(JSON.parse(content, keepDigits), null, 2);
  } catch {
    return content;
  }
}

const ExactAnswers = {
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

// Swagger UI quotes the example of everything with `json` in its name, also where that is a text,
// and shows `string` for bytes: say what they are.
const ExactExamples = {
  afterLoad({ fn }) {
    const { getSampleSchema } = fn;
    this.fn.getSampleSchema = (schema, mediaType, config, example) => {
      const { type, format, description } = schema?.toJS?.() ?? schema ?? {};
      if (format === 'binary') return description;
      const isText = type === 'string' && typeof example === 'string';
      return getSampleSchema(schema, isText ? 'text/plain' : mediaType, config, example);
    };
  },
};

// Swagger UI takes an underscore in a link for a space of old and complains; ours are names.
const DeepLinks = {
  statePlugins: {
    layout: {
      wrapActions: {
        parseDeepLinkHash: (_original, { layoutActions, layoutSelectors }) => (hash) => {
          const parts = hash.slice(1).split('/').filter(Boolean);
          const shown = layoutSelectors.isShownKeyFromUrlHashArray(parts);
          layoutActions.show(shown, true);
          layoutActions.scrollTo(shown);
          return { type: 'follow_link' };
        },
      },
    },
  },
};

SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: CONTRACT,
  layout: 'BaseLayout',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  requestSnippetsEnabled: true,
  persistAuthorization: false,
  // The default sends the document to another host.
  validatorUrl: null,
  responseInterceptor: (response) => {
    if (response.url === CONTRACT) response.text = JSON.stringify(parse(response.text));
    return response;
  },
  plugins: [ExactAnswers, ExactExamples, DeepLinks],
});
