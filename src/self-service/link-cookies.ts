/** Hold the token of a mailed link after its first GET (W6); each goes only to the pages of its link. */
export const RESET_LINK = { name: 'gh_reset', path: '/reset-password' } as const;
export const ADDRESS_LINK = { name: 'gh_address', path: '/confirm-address' } as const;

/** For "Start again" (B15). */
export const LINK_COOKIES = [RESET_LINK, ADDRESS_LINK] as const;
