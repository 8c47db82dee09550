export const NGINX: string;
export const CHROMIUM: string;
export const FIREFOX: string;
export const WEBKIT_DRIVER: string;
export const MINI_BROWSER: string;
export const XVFB: string;
export const VERSIONS: string;
export function leftOut(): string[];
