/**
 * rendering: pages and messages from views/ and the style sheets and script that go with them.
 * Owns templates, escaping, dates in words and the brand's look; ViewData is the contract with the surfaces.
 * Leaves headers, cookies and serving to http, sending to delivery, and what a page says to the surfaces.
 */
export { type Asset, createAssets } from './assets.ts';
export type { Brand } from './brand.ts';
export { formatDate, formatInstant, formatWait } from './dates.ts';
export { codeOfStatus } from './error-key.ts';
export { fitsOneSms } from './gsm7.ts';
export { createRenderer, type Renderer } from './renderer.ts';
export type {
  FormData,
  FormTarget,
  MessageData,
  MessageKind,
  PasswordRuleView,
  ProfileFrame,
  ProfileTab,
  SecurityChange,
  SmsData,
  SmsKind,
  TextRef,
  ViewData,
  ViewName,
} from './view-data.ts';
