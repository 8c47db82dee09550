import { Eta } from 'eta';

/** Renders `<name>.eta` of the views folder with `context` as its values; each is compiled when it is first wanted. */
export interface Templates {
  /**
   * Values are HTML-escaped; backticks are not, so every attribute is quoted.
   * @throws EtaFileResolutionError, EtaParseError
   */
  html(name: string, context: object): string;
  /** Values go in as they are: for subjects and plain text only. @throws as `html` */
  plain(name: string, context: object): string;
}

const HEADER = 'const { data, t, text, known, href, region, instant, site, problems, languages } = it;';

export function createTemplates(viewsDir: string): Templates {
  const html = new Eta({ views: viewsDir, cache: true, autoEscape: true, functionHeader: HEADER });
  const plain = new Eta({
    views: viewsDir,
    cache: true,
    autoEscape: false,
    autoTrim: false,
    functionHeader: HEADER,
  });
  for (const engine of [html, plain]) engine.resolvePath = resolvedOnce(engine);
  return {
    html: (name, context) => html.render(name, context),
    plain: (name, context) => plain.render(name, context),
  };
}

/** Eta looks for the file of a template anew at each use. */
function resolvedOnce(engine: Eta): Eta['resolvePath'] {
  const resolve = engine.resolvePath;
  const known = new Map<string, string>();
  return (name, options) => {
    const key = `${options?.filepath ?? ''} ${name}`;
    const path = known.get(key) ?? resolve.call(engine, name, options);
    known.set(key, path);
    return path;
  };
}
