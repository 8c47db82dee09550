import { describeEveryPage } from '../support/every-page.ts';

describeEveryPage({ locale: 'fr', colorScheme: 'dark' });
