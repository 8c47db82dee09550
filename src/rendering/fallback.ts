import type { Brand } from './brand.ts';
import { safeUrl } from './links.ts';

interface FallbackOptions {
  status: number;
  correlationId: string;
  brand: Brand;
  statusPageUrl?: string | undefined;
}

/** Static page in both languages: it may depend on nothing that could be broken (O2). */
export function fallbackPage({ status, correlationId, brand, statusPageUrl }: FallbackOptions): string {
  const link = statusPageUrl
    ? `<p><a href="${escapeHtml(safeUrl(statusPageUrl))}">Status page · État du service</a></p>`
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Something went wrong – ${escapeHtml(brand.name)}</title>
<link rel="stylesheet" href="/assets/pico.min.css">
<link rel="stylesheet" href="/assets/brand.css">
<link rel="stylesheet" href="/assets/gatehouse.css">
</head>
<body>
<main class="card">
<h1>Something went wrong</h1>
<p>We could not show this page. Please try again in a few seconds. If that does not help, clear your browser’s cache and delete the cookies of this site.</p>
<h2 lang="fr">Un problème est survenu</h2>
<p lang="fr">Impossible d’afficher cette page. Veuillez réessayer dans quelques secondes. Si cela ne suffit pas, videz le cache de votre navigateur et supprimez les cookies de ce site.</p>
${link}
<p class="reference"><small>${status} · <code>${escapeHtml(correlationId)}</code></small></p>
</main>
</body>
</html>
`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
