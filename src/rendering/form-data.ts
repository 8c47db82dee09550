/** A text by key with its values; looked up in the page's language. `ns:key` as in config/locales/<lang>/<ns>.json. */
export interface TextRef {
  key: string;
  params?: Record<string, string | number>;
}

/**
 * What every form page carries: where it posts to, its anti-forgery token and what was wrong last time, by field name
 * (`form` for what belongs to no single field, the refused credentials for one).
 */
export interface FormData {
  action: string;
  csrf: string;
  errors?: Partial<Record<string, TextRef>>;
  /** Something that happened, shown above the form. */
  notice?: TextRef;
  /** The browser may be trusted for so long (H13). */
  trust?: { period: string; ticked: boolean };
}

/** One password rule with its circle (A10): `open` before the first submit, `later` where only the server can tell (C-7). */
export interface PasswordRuleView {
  id: 'length' | 'upper' | 'lower' | 'number' | 'special' | 'history';
  text: TextRef;
  state: 'open' | 'met' | 'unmet' | 'later';
}

/** One form of a page that has several. */
export interface FormTarget {
  action: string;
  csrf: string;
}
