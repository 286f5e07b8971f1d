-- What runners report: one line a test, with a tag by a key that no test knows. A line that code under test changes or adds
-- has no tag of ours, and is none.

local siphash = require "lib.siphash"

local tagged = {}

local unescapes = { n = "\n", t = "\t", r = "\r", ["\\"] = "\\" }

local function plain(field)
  return (field:gsub("\\(.)", unescapes))
end

-- Calls `take(file, id, outcome, message)` for each line of the report that the runner itself wrote.
-- A line is tag, outcome, file, id, message, with tabs between; the last three are escaped.
function tagged.read(ctx, take)
  for line in (ctx.report or ""):gmatch("[^\n]+") do
    local tag, rest = line:match("^(%x+)\t(.*)$")
    local outcome, file, id, message = (rest or ""):match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
    if outcome and tag == siphash(ctx.nonce, rest) then take(plain(file), plain(id), outcome, plain(message)) end
  end
end

return tagged
