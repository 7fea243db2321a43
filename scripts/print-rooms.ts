/** Prints the rooms under `src`: their share of the lines, what each imports, and the largest folders. */
import { circles, folderSizes, roomSizes } from '../test/architecture/graph.js'
import { rooms } from '../test/architecture/layers.js'
import { sourceFiles } from '../test/architecture/source-files.js'

const files = sourceFiles(process.cwd())
const sizes = roomSizes(files)
const order = Object.keys(rooms).toReversed()

for (const { room, lines, share, imports } of sizes.toSorted(
  (a, b) => order.indexOf(a.room) - order.indexOf(b.room),
)) {
  const arrows = order.flatMap((name) => (imports[name] === undefined ? [] : [`${name} ${imports[name]}`]))
  console.log(
    `${room.padEnd(18)} ${String(lines).padStart(6)} lines ${(100 * share).toFixed(1).padStart(5)} %   → ${arrows.join(', ')}`,
  )
}
console.log(`\ncircles of files: ${circles(files).length}`)
console.log('largest folders:')
for (const { folder, count } of folderSizes(files).slice(0, 5)) console.log(`  ${folder}: ${count} files`)
