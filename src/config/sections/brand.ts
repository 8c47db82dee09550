import { z } from 'zod';
import { setting, text } from '../setting-kinds.ts';

const COLOR = /^#[0-9a-f]{6}$/i;
// Pages load images from our own origin and data: URLs only (Content-Security-Policy).
const LOGO = /^(data:image\/(svg\+xml|png|jpeg|webp);base64,[A-Za-z0-9+/=]+|\/(?![/\\])\S*)$/;

export const brandSection = z.strictObject({
  name: setting(text().max(60, { error: 'must have at most 60 characters' }), {
    env: 'BRAND_NAME',
    description: 'Name of the platform on pages, in messages and in authenticator apps.',
    example: 'Acme Platform',
  }),
  color: setting(text().regex(COLOR, { error: 'must be a colour as #rrggbb' }), {
    env: 'BRAND_COLOR',
    description: 'Main colour of buttons and links.',
    example: '#1d4ed8',
  }),
  logoUrl: setting(
    text()
      .regex(LOGO, { error: 'must be a data:image/… URL in base64 or a path of this server' })
      .exactOptional(),
    {
      env: 'BRAND_LOGO_URL',
      description: 'Logo shown instead of the written name.',
      example: 'data:image/svg+xml;base64,PHN2Zy…',
    },
  ),
});
