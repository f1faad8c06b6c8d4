/** Reads the clock for as many milliseconds as its parameter says, and prints the longest time between two readings, in milliseconds. */
const until = performance.now() + Number(process.argv[2])
let last = performance.now()
let longest = 0
while (last < until) {
  const now = performance.now()
  longest = Math.max(longest, now - last)
  last = now
}
console.log(longest)
