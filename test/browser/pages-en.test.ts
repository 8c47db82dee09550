import { describeEveryPage } from '../support/every-page.ts';

describeEveryPage({ locale: 'en', colorScheme: 'light' });
