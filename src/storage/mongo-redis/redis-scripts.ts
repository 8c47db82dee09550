/**
 * Lua scripts: each runs alone in Redis, which makes every verb atomic. KEYS[1] is the collection's prefix P:
 * `P d:key` hash of a document (b body, r revision, v version, e expiry or '', x its entries as JSON),
 * `P i:index` sorted set of entries, `P u:unique NUL values` the key that holds a unique value, `P e` keys by expiry.
 * The keys are computed in the scripts: one Redis with replicas, not a Redis Cluster.
 */
const SHARED = `
local P = KEYS[1]
local function hash(key) return P .. 'd:' .. key end
local function uniqueKey(entry) return P .. 'u:' .. entry[2] .. '\\0' .. entry[3] end
local function alive(key, now)
  local e = redis.call('HGET', hash(key), 'e')
  return e and (e == '' or tonumber(e) > now)
end
local function unlink(key)
  local x = redis.call('HGET', hash(key), 'x')
  if not x then return end
  for _, entry in ipairs(cjson.decode(x)) do
    if entry[1] == 'z' then redis.call('ZREM', P .. 'i:' .. entry[2], entry[3])
    elseif redis.call('GET', uniqueKey(entry)) == key then redis.call('DEL', uniqueKey(entry)) end
  end
  redis.call('ZREM', P .. 'e', key)
end
local function drop(key)
  unlink(key)
  redis.call('DEL', hash(key))
end
local function keyOf(member) return string.match(member, '([^%z]*)$') end
`;

/** mode key now expectedRev rev version body expiry ttlMs|'' entries → 'written' | 'stale' | 'taken:NAME' */
const WRITE = `${SHARED}
local mode, key, now, expected = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local expiry, ttl, entries = ARGV[8], ARGV[9], cjson.decode(ARGV[10])
local isAlive = alive(key, now)
if mode == 'insert' and isAlive then return 'taken:key' end
if mode == 'replace' and (not isAlive or redis.call('HGET', hash(key), 'r') ~= expected) then return 'stale' end
for _, entry in ipairs(entries) do
  if entry[1] == 'u' then
    local holder = redis.call('GET', uniqueKey(entry))
    if holder and holder ~= key then
      if alive(holder, now) then return 'taken:' .. entry[2] end
      drop(holder)
    end
  end
end
drop(key)
redis.call('HSET', hash(key), 'r', ARGV[5], 'v', ARGV[6], 'b', ARGV[7], 'e', expiry, 'x', ARGV[10])
for _, entry in ipairs(entries) do
  if entry[1] == 'z' then redis.call('ZADD', P .. 'i:' .. entry[2], 0, entry[3])
  else redis.call('SET', uniqueKey(entry), key) end
end
if ttl ~= '' then redis.call('PEXPIRE', hash(key), ttl)
elseif expiry ~= '' then redis.call('ZADD', P .. 'e', expiry, key) end
return 'written'
`;

/** key now → the row's fields, or nothing */
const CONSUME = `${SHARED}
if not alive(ARGV[1], tonumber(ARGV[2])) then return false end
local row = redis.call('HMGET', hash(ARGV[1]), 'b', 'r', 'v', 'e')
drop(ARGV[1])
return row
`;

/** index command first last limit now → {member, {fields}}, …; `first` and `last` in the command's order */
const FIND = `${SHARED}
local first, last, limit, now = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local found = {}
repeat
  local members = redis.call(ARGV[2], P .. 'i:' .. ARGV[1], first, last, 'LIMIT', 0, limit)
  for _, member in ipairs(members) do
    local key = keyOf(member)
    if alive(key, now) then
      found[#found + 1] = { member, redis.call('HMGET', hash(key), 'b', 'r', 'v', 'e') }
      if #found == limit then return found end
    end
    first = '(' .. member
  end
until #members < limit
return found
`;

/** index min max now → number of live documents */
const COUNT = `${SHARED}
local seen, count = {}, 0
for _, member in ipairs(redis.call('ZRANGEBYLEX', P .. 'i:' .. ARGV[1], ARGV[2], ARGV[3])) do
  local key = keyOf(member)
  if not seen[key] and alive(key, tonumber(ARGV[4])) then count = count + 1 end
  seen[key] = true
end
return count
`;

/** index min max now → number of live documents deleted */
const DELETE_WHERE = `${SHARED}
local count = 0
for _, member in ipairs(redis.call('ZRANGEBYLEX', P .. 'i:' .. ARGV[1], ARGV[2], ARGV[3])) do
  local key = keyOf(member)
  if alive(key, tonumber(ARGV[4])) then
    drop(key)
    count = count + 1
  end
end
return count
`;

/** now limit → number of expired documents removed */
const SWEEP = `${SHARED}
local keys = redis.call('ZRANGEBYSCORE', P .. 'e', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, key in ipairs(keys) do drop(key) end
return #keys
`;

export const SCRIPTS = {
  ghWrite: WRITE,
  ghConsume: CONSUME,
  ghFind: FIND,
  ghCount: COUNT,
  ghDeleteWhere: DELETE_WHERE,
  ghSweep: SWEEP,
} as const;
