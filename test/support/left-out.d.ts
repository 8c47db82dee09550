export const CHROMIUM: string;
export function leftOut(): string[];
