import { AppError } from '#kernel';

/** How the deployment presents itself. */
export interface Brand {
  name: string;
  /** `#rrggbb` */
  primaryColor: string;
  /** A path on our own origin or a `data:` URL: the content security policy allows no other images. */
  logoUrl?: string | undefined;
}

type Rgb = readonly [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const LIGHT_CARD: Rgb = WHITE;
const DARK_CARD: Rgb = [22, 27, 38];
/** WCAG 2.2, 1.4.3: contrast of text. */
const READABLE = 4.5;
/** On the bare card, so that it is still readable where the card is tinted with the brand's colour. */
const READABLE_ON_TINT = 5.5;

/** The style sheet that puts the brand's colour into Pico's variables, readable in light and dark. */
export function brandStyleSheet({ primaryColor }: Brand): string {
  const color = parseColor(primaryColor);
  return [
    `:root:not([data-theme=dark]) {\n${variables(color, LIGHT_CARD)}}`,
    `@media (prefers-color-scheme: dark) {\n:root:not([data-theme]) {\n${variables(color, DARK_CARD)}}\n}`,
    '',
  ].join('\n');
}

/** A keyhole on the brand's colour, as SVG: the favicon, and the mark beside the name where there is no logo. */
export function brandIcon({ primaryColor }: Brand): string {
  const ground = parseColor(primaryColor);
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">',
    `<rect width="32" height="32" rx="8" fill="${hex(ground)}"/>`,
    `<path d="M16 7a5 5 0 0 0-2.6 9.3L12 25h8l-1.4-8.7A5 5 0 0 0 16 7z" fill="${hex(inkOn(ground))}"/>`,
    '</svg>',
  ].join('');
}

function variables(color: Rgb, card: Rgb): string {
  const away = card === DARK_CARD ? WHITE : BLACK;
  const text = readable(color, card, away, READABLE_ON_TINT);
  // A button must stand out from its card; 3:1 is WCAG's measure for controls (1.4.11).
  const button = readable(color, card, away, 3);
  const label = inkOn(button);
  const values: Record<string, string> = {
    '--pico-primary': hex(text),
    '--pico-primary-hover': hex(mix(text, away, 0.25)),
    '--pico-primary-underline': `rgb(${text.join(' ')} / 40%)`,
    '--pico-primary-hover-underline': hex(mix(text, away, 0.25)),
    '--pico-primary-background': hex(button),
    '--pico-primary-border': hex(button),
    '--pico-primary-hover-background': hex(mix(button, label === WHITE ? BLACK : WHITE, 0.14)),
    '--pico-primary-hover-border': hex(mix(button, label === WHITE ? BLACK : WHITE, 0.14)),
    '--pico-primary-inverse': hex(label),
    '--pico-primary-focus': `rgb(${text.join(' ')} / 35%)`,
    '--pico-text-selection-color': `rgb(${text.join(' ')} / 20%)`,
    '--brand-tint': `rgb(${text.join(' ')} / 8%)`,
    '--brand-tint-border': `rgb(${text.join(' ')} / 30%)`,
  };
  return Object.entries(values)
    .map(([name, value]) => `  ${name}: ${value};\n`)
    .join('');
}

function parseColor(value: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(value);
  if (!match) throw new AppError('config.invalid', 500, { params: { key: 'brand.primaryColor' } });
  return [
    Number.parseInt(match[1] ?? '', 16),
    Number.parseInt(match[2] ?? '', 16),
    Number.parseInt(match[3] ?? '', 16),
  ];
}

/** The colour itself, or the nearest step towards `away` that reaches the contrast on `ground`. */
function readable(color: Rgb, ground: Rgb, away: Rgb, wanted: number): Rgb {
  const steps = Array.from({ length: 21 }, (_, step) => mix(color, away, step / 20));
  return steps.find((candidate) => contrast(candidate, ground) >= wanted) ?? away;
}

function inkOn(ground: Rgb): Rgb {
  if (contrast(ground, WHITE) >= READABLE) return WHITE;
  return contrast(ground, BLACK) >= contrast(ground, WHITE) ? BLACK : WHITE;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [channel(0), channel(1), channel(2)];
}

/** WCAG 2.2 contrast ratio, 1 to 21. */
function contrast(left: Rgb, right: Rgb): number {
  const [high, low] = [luminance(left), luminance(right)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hex(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
