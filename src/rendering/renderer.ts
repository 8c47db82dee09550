import type { Locale, TextParams, Texts } from '#i18n';
import type { Log } from '#kernel';
import type { Brand } from './brand.ts';
import { errorKey } from './error-key.ts';
import { fallbackPage } from './fallback.ts';
import type { FormData, TextRef } from './form-data.ts';
import { toGsm7 } from './gsm7.ts';
import { languageLinks } from './languages.ts';
import { safeUrl } from './links.ts';
import type { MessageData, MessageKind, SmsData, SmsKind } from './message-data.ts';
import { arrangeProblems } from './problems.ts';
import { createTemplates } from './templates.ts';
import type { ViewData, ViewName } from './view-data.ts';

export interface PageContext {
  locale: Locale;
  /** Path (and query) at which a GET shows this page again; the language links go there. */
  path?: string | undefined;
}

export interface RenderedMessage {
  /** One line, plain text. */
  subject: string;
  text: string;
  html: string;
}

export interface Renderer {
  /** A whole HTML document. */
  page<V extends ViewName>(view: V, data: ViewData[V], context: PageContext): string;
  message<K extends MessageKind>(kind: K, data: MessageData[K], locale: Locale): RenderedMessage;
  /** The text of a text message. */
  sms<K extends SmsKind>(kind: K, data: SmsData[K], locale: Locale): string;
  /** A whole HTML document without templates and texts, for when those themselves fail (O2). */
  fallback(status: number, correlationId: string): string;
}

export interface RendererOptions {
  viewsDir: string;
  texts: Texts;
  brand: Brand;
  statusPageUrl?: string | undefined;
  supportEmail?: string | undefined;
  supportUrl?: string | undefined;
  supportPhone?: string | undefined;
  log: Log;
}

export function createRenderer(options: RendererOptions): Renderer {
  const { texts, brand, statusPageUrl, supportEmail, supportUrl, supportPhone } = options;
  const templates = createTemplates(options.viewsDir);

  function context(locale: Locale, data: object) {
    const t = (key: string, params: TextParams = {}) =>
      texts.translate(locale, key, { brand: brand.name, ...params });
    const text = ({ key, params }: TextRef) => t(texts.has(key) ? key : `${key}.text`, params);
    const known = (ref: TextRef) =>
      texts.has(ref.key) || texts.has(`${ref.key}.text`) ? text(ref) : undefined;
    return {
      data,
      t,
      text,
      known,
      href: safeUrl,
      site: { locale, brand, statusPageUrl, supportEmail, supportUrl, supportPhone },
      region: (code: string) => new Intl.DisplayNames([locale], { type: 'region' }).of(code) ?? code,
    };
  }

  return {
    page(view, data, { locale, path }) {
      const base = context(locale, data);
      const { errors } = data as Partial<FormData>;
      return templates.html(view, {
        ...base,
        problems: arrangeProblems(errors, base.known),
        languages: languageLinks(texts.locales, locale, path),
        errorKey: view === 'errors/error' ? errorKey(texts, data as ViewData['errors/error']) : undefined,
      });
    },
    message(kind, data, locale) {
      const base = context(locale, onOneLine(data));
      return {
        subject: templates.plain(`messages/${kind}/subject`, base).replace(/\s+/g, ' ').trim(),
        text: `${templates
          .plain(`messages/${kind}/text`, base)
          .trim()
          .replace(/\n{3,}/g, '\n\n')}\n`,
        html: templates.html(`messages/${kind}/html`, base),
      };
    },
    sms(kind, data, locale) {
      const text = templates.plain(`sms/${kind}`, context(locale, onOneLine(data)));
      return toGsm7(text.trim().replace(/\n{3,}/g, '\n\n'));
    },
    fallback: (status, correlationId) => fallbackPage({ status, correlationId, brand, statusPageUrl }),
  };
}

/** A name with line breaks could otherwise forge lines of a message, links among them. */
function onOneLine(data: object): object {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim() : value,
    ]),
  );
}
