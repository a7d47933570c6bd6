// The other side of atproto.sh: a whole AT Protocol network on loopback, people who write on it
// through its own API, and a comparison of what they wrote with what Groundswell holds.
//
//   atproto.mjs plc                   the directory of identities; serves until it is ended
//   atproto.mjs network               PDS and AppView; serves until it is ended
//   atproto.mjs write PART            writes a part of the story and notes it in the ledger
//   atproto.mjs check SOURCE FILTER   rows of the store on standard input against the ledger
//
// Environment: MODULES (folder with node_modules), SCRATCH, PLC_PORT, PDS_PORT, APPVIEW_PORT,
// SEARCH_PORT, DB_POSTGRES_URL, REDIS_HOST.
import { createRequire } from 'node:module'
import { createServer } from 'node:http'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'

const env = process.env
const require = createRequire(path.join(env.MODULES, 'index.js'))
const url = (port) => `http://localhost:${port}`
const ledgerFile = path.join(env.SCRATCH, 'ledger.json')
const POST = 'app.bsky.feed.post'

// --- Servers

// The packages listen on every address of the machine unless they are told better.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== 'number' && typeof port !== 'string') return listen.call(this, port, ...rest)
  const ready = rest.find((given) => typeof given === 'function')
  return listen.call(this, { port: Number(port), host: '127.0.0.1' }, ready)
}

async function plc() {
  const { TestPlc } = require('@atproto/dev-env')
  await TestPlc.create({ port: Number(env.PLC_PORT) })
}

async function network() {
  const { TestBsky, TestPds, mockNetworkUtilities } = require('@atproto/dev-env')
  const appview = await TestBsky.create({
    port: Number(env.APPVIEW_PORT),
    plcUrl: url(env.PLC_PORT),
    pdsPort: Number(env.PDS_PORT),
    repoProvider: `ws://localhost:${env.PDS_PORT}`,
    dbPostgresUrl: env.DB_POSTGRES_URL,
    dbPostgresSchema: 'appview',
    redisHost: env.REDIS_HOST,
    searchUrl: url(env.SEARCH_PORT),
  })
  await search(appview.db)
  const data = path.join(env.SCRATCH, 'pds')
  fs.mkdirSync(data, { recursive: true })
  const pds = await TestPds.create({
    port: Number(env.PDS_PORT),
    didPlcUrl: url(env.PLC_PORT),
    bskyAppViewUrl: appview.url,
    bskyAppViewDid: appview.ctx.cfg.serverDid,
    dataDirectory: data,
    blobstoreDiskLocation: path.join(data, 'blobs'),
    plcRotationKeyK256PrivateKeyHex: '1f'.repeat(32),
  })
  mockNetworkUtilities(pds, appview)
}

// The search index of bsky.app is not public, and the search that comes with the AppView leaves
// out `since` and `until`. This stands in its place, by the same lexicon, on the AppView's posts.
async function search(db) {
  const answer = async (query) => {
    let posts = db.db
      .selectFrom('post')
      .where('text', 'ilike', `%${query.get('q') ?? ''}%`)
      .select(['uri'])
      .orderBy('sortAt', 'desc')
      .limit(Number(query.get('limit') ?? 25))
    if (query.get('since')) posts = posts.where('sortAt', '>=', iso(query.get('since')))
    if (query.get('until')) posts = posts.where('sortAt', '<', iso(query.get('until')))
    return { posts: (await posts.execute()).map(({ uri }) => ({ uri })) }
  }
  const iso = (text) => new Date(text).toISOString()
  const server = createServer((request, response) => {
    answer(new URL(request.url, url(env.SEARCH_PORT)).searchParams)
      .then((body) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(body))
      })
      .catch((error) => {
        response.statusCode = 500
        response.end(JSON.stringify({ error: 'InternalServerError', message: String(error) }))
      })
  })
  await new Promise((done) => server.listen(Number(env.SEARCH_PORT), '127.0.0.1', done))
}

// --- People

const PEOPLE = {
  dana: { lang: 'en', says: 'My Aurora kettle boils fast and I love how quiet it is' },
  emi: { lang: 'ja', says: 'オーロラケトルを買いました。お湯がすぐ沸くのでとても気に入っています' },
  sol: { lang: 'es', says: 'Mi hervidor Aurora hierve muy rápido y me encanta, lo recomiendo mucho' },
  jan: { lang: 'de', says: 'Mein Wasserkocher Aurora ist sehr leise und ich bin damit wirklich zufrieden' },
  min: { lang: 'ko', says: '오로라 주전자를 샀는데 물이 정말 빨리 끓어서 아주 마음에 들어요' },
}

const ledger = () =>
  fs.existsSync(ledgerFile)
    ? JSON.parse(fs.readFileSync(ledgerFile, 'utf8'))
    : { people: {}, posts: {}, began: Date.now() - 3_600_000 }

async function person(name, book) {
  const { AtpAgent } = require('@atproto/api')
  const agent = new AtpAgent({ service: url(env.PDS_PORT) })
  const password = `${name}-pass`
  if (book.people[name]) {
    await agent.login({ identifier: `${name}.test`, password })
  } else {
    await agent.createAccount({ email: `${name}@example.test`, handle: `${name}.test`, password })
    book.people[name] = agent.assertDid
  }
  return agent
}

async function write(part) {
  const book = ledger()
  const agents = {}
  for (const name of Object.keys(PEOPLE)) agents[name] = await person(name, book)
  const post = async (name, text, more = {}) => {
    const { at, lang = PEOPLE[name].lang, ...rest } = more
    const record = {
      text,
      langs: [lang],
      createdAt: new Date(at ?? Date.now()).toISOString(),
      ...rest,
    }
    const { uri, cid } = await agents[name].post(record)
    book.posts[uri] = {
      text,
      name,
      lang,
      sku: /aurora|オーロラ|오로라/i.test(text),
      root: rest.reply?.root.uri ?? null,
      part,
      alive: true,
    }
    return { uri, cid }
  }
  const gone = (uri) => (book.posts[uri].alive = false)
  const find = (wanted) => Object.keys(book.posts).find((uri) => wanted(book.posts[uri]))

  if (part === 'first') {
    for (const name of Object.keys(PEOPLE)) {
      await post(name, PEOPLE[name].says)
      await post(name, `${name} has something else to say`)
    }
    // A word that three pages of a search do not hold, written over an hour.
    for (let n = 0; n < 250; n++) {
      await post('dana', `windmill number ${n}`, { at: book.began + n * 10_000 })
    }
    // A thread of three levels, and likes.
    const root = await post('jan', 'Which kettle would you take, the Aurora kettle or another one?', {
      lang: 'en',
    })
    const inner = await post('dana', 'take the Aurora kettle', { reply: { root, parent: root } })
    const deep = await post('sol', 'yo también, el hervidor Aurora', { reply: { root, parent: inner } })
    await post('min', '저도요', { reply: { root, parent: root } })
    await agents.emi.like(root.uri, root.cid)
    await agents.dana.like(root.uri, root.cid)
    await agents.emi.like(deep.uri, deep.cid)
    book.thread = root.uri
  } else if (part === 'second') {
    for (const name of Object.keys(PEOPLE)) await post(name, `${PEOPLE[name].says} (2)`)
    for (let n = 250; n < 380; n++) await post('dana', `windmill number ${n}`)
  } else if (part === 'changes') {
    // An edit and two deleted posts.
    const edited = find((post) => post.name === 'sol' && post.part === 'second')
    const text = 'Mi hervidor Aurora se rompió, estoy muy decepcionada y quiero mi dinero'
    const [, , repo, collection, rkey] = edited.split('/')
    const held = await agents.sol.com.atproto.repo.getRecord({ repo, collection, rkey })
    await agents.sol.com.atproto.repo.putRecord({
      repo, collection, rkey, record: { ...held.data.value, text },
    })
    Object.assign(book.posts[edited], { text, edited: true })
    for (const wanted of [
      (post) => post.name === 'emi' && post.part === 'second',
      (post) => post.name === 'jan' && post.part === 'first' && !post.root && post.sku,
    ]) {
      const uri = find(wanted)
      await agents[book.posts[uri].name].deletePost(uri)
      gone(uri)
    }
  } else if (part === 'account-gone') {
    await agents.min.com.atproto.admin.deleteAccount(
      { did: book.people.min },
      {
        encoding: 'application/json',
        headers: { authorization: `Basic ${Buffer.from('admin:admin-pass').toString('base64')}` },
      },
    )
    for (const uri of Object.keys(book.posts)) if (book.posts[uri].name === 'min') gone(uri)
  } else if (part === 'thread-gone') {
    await agents.jan.deletePost(book.thread)
    gone(book.thread)
  } else {
    throw new Error(`there is no part ${part}`)
  }
  fs.writeFileSync(ledgerFile, JSON.stringify(book, null, 1))
  console.log(`wrote ${part}: ${Object.keys(book.posts).length} posts in all`)
}

// --- Comparison

// Rows as `sqlite3 -json` prints them: id, text, gone, author, thread, language, skus.
function check(source, filter) {
  const book = ledger()
  const rows = JSON.parse(fs.readFileSync(0, 'utf8') || '[]')
  const wants = {
    all: () => true,
    search: (post) => post.sku || post.text.includes('windmill'),
    dana: (post) => post.name === 'dana',
    thread: (post, uri) => uri === book.thread || post.root === book.thread,
  }[filter]
  const wanted = Object.entries(book.posts).filter(([uri, post]) => wants(post, uri))
  const problems = []
  const byId = new Map()
  for (const row of rows) {
    if (byId.has(row.id)) problems.push(`doubled: ${row.id}`)
    byId.set(row.id, row)
    if (!book.posts[row.id]) problems.push(`unknown: ${row.id} ${row.text}`)
  }
  let gone = 0
  for (const [uri, post] of wanted) {
    const row = byId.get(uri)
    if (!row) {
      // What was deleted before it was ever read need not be there.
      if (post.alive) problems.push(`lost: ${uri} ${post.text}`)
      continue
    }
    if (!post.alive) {
      gone += 1
      if (!row.gone || row.text) problems.push(`deleted, but still held: ${uri} ${row.text}`)
      continue
    }
    if (row.gone) problems.push(`held as deleted, but it lives: ${uri}`)
    if (row.text !== post.text) problems.push(`text of ${uri}: ${row.text}, not ${post.text}`)
    if ((row.thread ?? null) !== post.root) problems.push(`thread of ${uri}: ${row.thread}`)
    if (/did:|\.test/.test(row.author ?? '')) problems.push(`author in the clear: ${uri}`)
    if (!row.author) problems.push(`no author: ${uri}`)
    if (!row.language) problems.push(`not tagged: ${uri}`)
    if (post.sku) {
      if (row.language !== post.lang) problems.push(`language of ${uri}: ${row.language}, not ${post.lang}`)
      if (!(row.skus ?? '').includes('KETTLE-01')) problems.push(`no SKU: ${uri} ${row.text}`)
    } else if ((row.skus ?? '[]').includes('KETTLE-01')) {
      problems.push(`a SKU too many: ${uri} ${row.text}`)
    }
  }
  for (const problem of problems.slice(0, 12)) console.log(`     ${problem}`)
  const total = `${source}: ${rows.length} held, ${wanted.length} written, ${gone} of them gone`
  console.log(problems.length ? `     ${total}; ${problems.length} problems` : total)
  process.exit(problems.length ? 1 : 0)
}

const [command, ...args] = process.argv.slice(2)
const commands = { plc, network, write, check }
if (!commands[command]) throw new Error(`there is no command ${command}`)
await commands[command](...args)
