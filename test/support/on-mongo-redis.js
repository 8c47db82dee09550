// The same tests on the other engine: see engine.ts.
process.env.TEST_ENGINE = 'mongo-redis';
