/** The characters that cost one place of 160 in a text message (3GPP TS 23.038), without those that vary by phone. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const KNOWN: ReadonlySet<string> = new Set(BASIC);

const PLAIN: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '…': '...',
  '–': '-',
  '—': '-',
  '\u00a0': ' ',
  '\u202f': ' ',
  œ: 'oe',
  Œ: 'OE',
};

/** One character outside would halve the room to 70 places: it is written plainly where there is a way, and kept otherwise. */
export function toGsm7(text: string): string {
  return [...text].map((character) => (KNOWN.has(character) ? character : plain(character))).join('');
}

function plain(character: string): string {
  const known = PLAIN[character];
  if (known !== undefined) return known;
  const bare = character.normalize('NFD').replace(/\p{Mn}/gu, '');
  return [...bare].every((one) => KNOWN.has(one)) ? bare : character;
}

/** Whether a text fits one message of 160 places. */
export function fitsOneSms(text: string): boolean {
  return text.length <= 160 && [...text].every((character) => KNOWN.has(character));
}
