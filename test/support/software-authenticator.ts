import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

interface Creation {
  challenge: string;
  rp: { id: string };
  user: { id: string };
}
interface Request {
  challenge: string;
  rpId: string;
  allowCredentials: readonly { id: string }[];
}

/** Where the answer departs from what a browser and its authenticator would do. */
export interface Tampering {
  origin?: string;
  rpId?: string;
  userVerified?: boolean;
  counter?: number;
  credentialId?: string;
  userHandle?: string;
  challenge?: string;
  /** Of an authenticator that tells what it is, asked or not. */
  statement?: { format: string; certificates: readonly Buffer[] };
}

const UP = 0x01;
const UV = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const ATTESTED = 0x40;

/** One passkey of a person, as a browser with script would use it: ES256, no attestation (WebAuthn level 3, section 6.5). */
export class SoftwareAuthenticator {
  readonly #origin: string;
  readonly #synced: boolean;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly id: string = randomBytes(32).toString('base64url');
  userHandle = '';
  counter = 0;

  constructor(origin: string, { synced = true }: { synced?: boolean } = {}) {
    this.#origin = origin;
    this.#synced = synced;
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = keys.privateKey;
    this.#publicKey = keys.publicKey;
  }

  get publicKey(): KeyObject {
    return this.#publicKey;
  }

  /** JSON as PublicKeyCredential.toJSON() of a new credential. */
  create(options: string, tampering: Tampering = {}): string {
    const { challenge, rp, user } = JSON.parse(options) as Creation;
    this.userHandle = user.id;
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
    const cose = map([
      [integer(1), integer(2)],
      [integer(3), integer(-7)],
      [integer(-1), integer(1)],
      [integer(-2), bytes(Buffer.from(x, 'base64url'))],
      [integer(-3), bytes(Buffer.from(y, 'base64url'))],
    ]);
    const id = Buffer.from(tampering.credentialId ?? this.id, 'base64url');
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose]);
    const data = Buffer.concat([this.#data(rp.id, ATTESTED, tampering), attested]);
    const attestationObject = map([
      [text('fmt'), text(tampering.statement?.format ?? 'none')],
      [text('attStmt'), statementOf(tampering)],
      [text('authData'), bytes(data)],
    ]);
    return this.#answer(tampering, {
      clientDataJSON: this.#clientData('webauthn.create', challenge, tampering).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** JSON as PublicKeyCredential.toJSON() of a signature. */
  get(options: string, tampering: Tampering = {}): string {
    const { challenge, rpId } = JSON.parse(options) as Request;
    this.counter++;
    const data = this.#data(rpId, 0, tampering);
    const clientData = this.#clientData('webauthn.get', challenge, tampering);
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()]);
    return this.#answer(tampering, {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, this.#privateKey).toString('base64url'),
      userHandle: tampering.userHandle ?? this.userHandle,
    });
  }

  #answer({ credentialId }: Tampering, response: object): string {
    const id = credentialId ?? this.id;
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }

  #data(rpId: string, more: number, tampering: Tampering): Buffer {
    const verified = tampering.userVerified === false ? 0 : UV;
    const flags = UP | verified | (this.#synced ? BACKUP_ELIGIBLE : 0) | more;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(tampering.counter ?? this.counter);
    const rpIdHash = createHash('sha256')
      .update(tampering.rpId ?? rpId)
      .digest();
    return Buffer.concat([rpIdHash, Buffer.from([flags]), counter]);
  }

  #clientData(type: string, challenge: string, tampering: Tampering): Buffer {
    const origin = tampering.origin ?? this.#origin;
    const data = { type, challenge: tampering.challenge ?? challenge, origin, crossOrigin: false };
    return Buffer.from(JSON.stringify(data));
  }
}

/** CBOR (RFC 8949), as much of it as stands above. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff]);
}
const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytes = (value: Buffer) => Buffer.concat([head(2, value.length), value]);
const text = (value: string) => Buffer.concat([head(3, value.length), Buffer.from(value)]);
const list = (values: Buffer[]) => Buffer.concat([head(4, values.length), ...values]);
function statementOf({ statement }: Tampering): Buffer {
  if (!statement) return map([]);
  return map([
    [text('alg'), integer(-7)],
    [text('sig'), bytes(Buffer.alloc(70))],
    [text('x5c'), list(statement.certificates.map(bytes))],
  ]);
}
const map = (entries: [Buffer, Buffer][]) => Buffer.concat([head(5, entries.length), ...entries.flat()]);
