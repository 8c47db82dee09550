export const NGINX: string;
export const CHROMIUM: string;
export function leftOut(): string[];
