import { formFields, type RouteContext, renderPage } from '#http';
import type { FormData, ProfileFrame, ViewData } from '#rendering';

type Question = ViewData['self-service/profile-question']['question'];

/** The page that asks before it acts; its form posts to `action`, which may carry a query. */
export function askFirst(
  ctx: RouteContext,
  frame: ProfileFrame,
  question: Question,
  action: string,
  errors?: FormData['errors'],
): void {
  const [path = action] = action.split('?', 1);
  renderPage(
    ctx,
    'self-service/profile-question',
    {
      ...formFields(ctx, path),
      action,
      ...(errors && { errors }),
      frame,
      question,
      backUrl: '/profile/security',
    },
    { status: errors ? 422 : 200, path },
  );
}
