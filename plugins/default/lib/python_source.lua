-- Reads Python source without running it.

local sources = require "lib.sources"

local python_source = {}

-- The source with comments and strings as spaces; every other character stays at its position.
function python_source.code(source)
  local parts, position, size = {}, 1, #source
  while position <= size do
    local at = source:find("[#\"']", position)
    if not at then
      parts[#parts + 1] = source:sub(position)
      break
    end
    parts[#parts + 1] = source:sub(position, at - 1)
    local character = source:sub(at, at)
    local stop
    if character == "#" then
      stop = (source:find("\n", at, true) or size + 1) - 1
    else
      local is_triple = source:sub(at, at + 2) == character:rep(3)
      local stops = is_triple and "[\\" .. character .. "]" or "[\\\n" .. character .. "]"
      stop = is_triple and at + 3 or at + 1
      while true do
        local next_at = source:find(stops, stop)
        if not next_at then
          stop = size
          break
        end
        if source:sub(next_at, next_at) == "\\" then
          stop = next_at + 2
        elseif not is_triple then
          stop = next_at
          break
        elseif source:sub(next_at, next_at + 2) == character:rep(3) then
          stop = next_at + 2
          break
        else
          stop = next_at + 1
        end
      end
      stop = math.min(stop, size)
    end
    parts[#parts + 1] = sources.blank(source:sub(at, stop))
    position = stop + 1
  end
  return table.concat(parts)
end

-- Calls visit(indent, text) for each line that starts a statement.
local function statements(source, visit)
  local depth, is_continued = 0, false
  for line in (python_source.code(source) .. "\n"):gmatch("(.-)\r?\n") do
    local space, text = line:match("^([ \t]*)(.-)%s*$")
    if text ~= "" then
      if depth <= 0 and not is_continued then visit(#space:gsub("\t", "        "), text) end
      local _, opened = text:gsub("[%(%[{]", "")
      local _, closed = text:gsub("[%)%]}]", "")
      depth = math.max(0, depth + opened - closed)
      is_continued = text:sub(-1) == "\\"
    end
  end
end

-- The ids of the tests in a file, `test_x` or `TestGroup::test_x`, in the order of the file.
-- pytest's own defaults decide: functions test*, in the module or in a class Test* or a unittest.TestCase.
function python_source.tests(source)
  local blocks, found, seen = {}, {}, {}
  statements(source, function(indent, text)
    while #blocks > 0 and blocks[#blocks].indent >= indent do blocks[#blocks] = nil end
    local class, bases = text:match("^class%s+([%w_]+)%s*(.*)$")
    local name = text:match("^def%s+([%w_]+)") or text:match("^async%s+def%s+([%w_]+)")
    if class then
      local is_test = class:find("^Test") ~= nil or bases:find("TestCase") ~= nil
      blocks[#blocks + 1] = { indent = indent, class = class, is_closed = not is_test }
    elseif name then
      local chain = {}
      for _, block in ipairs(blocks) do
        if block.is_closed then chain = nil end
        if not chain then break end
        chain[#chain + 1] = block.class
      end
      if chain and name:find("^test") then
        chain[#chain + 1] = name
        local id = table.concat(chain, "::")
        if not seen[id] then
          seen[id] = true
          found[#found + 1] = id
        end
      end
      blocks[#blocks + 1] = { indent = indent, is_closed = true }
    end
  end)
  return found
end

-- Whether the module defines a function or class of that name at its top.
function python_source.defines(source, name)
  local is_defined = false
  statements(source, function(indent, text)
    local found = text:match("^def%s+([%w_]+)") or text:match("^async%s+def%s+([%w_]+)")
      or text:match("^class%s+([%w_]+)")
    if indent == 0 and (found == name or text:match("^([%w_]+)%s*=[^=]") == name) then is_defined = true end
  end)
  return is_defined
end

return python_source
