import { describeAdapterContract } from './oidc-adapter-contract.ts';
import { createSqlitePlace } from './sqlite-place.ts';

describeAdapterContract('SQLite', createSqlitePlace);
