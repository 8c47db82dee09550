// structuredClone returns objects of the outer realm, which oidc-provider then refuses as "not a plain object".
globalThis.structuredClone = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
