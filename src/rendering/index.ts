/**
 * rendering: pages and messages from views/ and the style sheets and script that go with them.
 * Owns templates, escaping, dates in words and the brand's look; ViewData is the contract with the surfaces.
 * Leaves headers, cookies and serving to http, sending to delivery, and what a page says to the surfaces.
 */
export { type Asset, createAssets } from './assets.ts';
export type { Brand } from './brand.ts';
export { formatDate, formatDays, formatInstant, formatWait } from './dates.ts';
export { codeOfStatus } from './error-key.ts';
export type { FormData, FormTarget, PasswordRuleView, TextRef } from './form-data.ts';
export { fitsOneSms } from './gsm7.ts';
export type { MessageData, MessageKind, SecurityChange, SmsData, SmsKind } from './message-data.ts';
export type { ProfileFrame, ProfileTab } from './profile-views.ts';
export { createRenderer, type Renderer } from './renderer.ts';
export type { ViewData, ViewName } from './view-data.ts';
