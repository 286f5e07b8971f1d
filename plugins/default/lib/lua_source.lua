-- Reads Lua source without running it.

local sources = require "lib.sources"

local lua_source = {}

-- The source with comments and the insides of strings as spaces; every other character stays at its position.
function lua_source.code(source)
  local parts, position, size = {}, 1, #source
  while position <= size do
    local at = source:find("[-%[\"']", position)
    if not at then
      parts[#parts + 1] = source:sub(position)
      break
    end
    parts[#parts + 1] = source:sub(position, at - 1)
    local character = source:sub(at, at)
    local stop
    if character == "-" and source:sub(at + 1, at + 1) == "-" then
      local level = source:match("^%[(=*)%[", at + 2)
      if level then
        stop = select(2, source:find("]" .. level .. "]", at + 4, true)) or size
      else
        stop = (source:find("\n", at, true) or size + 1) - 1
      end
      parts[#parts + 1] = sources.blank(source:sub(at, stop))
    elseif character == "[" and source:find("^%[=*%[", at) then
      local level = source:match("^%[(=*)%[", at)
      stop = select(2, source:find("]" .. level .. "]", at + 2, true)) or size
      parts[#parts + 1] = sources.blank(source:sub(at, stop))
    elseif character == '"' or character == "'" then
      stop = at + 1
      while stop <= size do
        local next_at = source:find("[\\\n" .. character .. "]", stop)
        if not next_at then
          stop = size
          break
        end
        stop = next_at
        if source:sub(next_at, next_at) ~= "\\" then break end
        stop = stop + 2
      end
      stop = math.min(stop, size)
      -- The quotes stay, so that a string still looks like a value.
      parts[#parts + 1] = character .. sources.blank(source:sub(at + 1, stop - 1)) .. source:sub(stop, stop)
    else
      stop = at
      parts[#parts + 1] = character
    end
    position = stop + 1
  end
  return table.concat(parts)
end

-- The names of the tests in a file, in the order of the file: functions `test_…`, global or in the returned table.
function lua_source.tests(source)
  local code = lua_source.code(source)
  local found, seen = {}, {}
  local function add(at, name)
    if not seen[name] then
      seen[name] = true
      found[#found + 1] = { at = at, name = name }
    end
  end
  -- function test_x(, function M.test_x(
  for at, path in code:gmatch("()function%s+([%w_.]+)%s*%(") do
    local name = path:match("^test_[%w_]*$") or path:match("^[%w_]+%.(test_[%w_]*)$")
    local before = code:sub(math.max(1, at - 40), at - 1)
    if name and not before:find("local%s+$") then add(at, name) end
  end
  -- test_x = function, M.test_x = function, and test_x = some_local_function in a table
  for before, at, name, after in code:gmatch("([^%w_])()(test_[%w_]*)%s*=%s*()") do
    local is_equality = code:sub(after, after) == "="
    local is_local = code:sub(math.max(1, at - 40), at - 1):find("local%s+$")
    local value = code:match("^([%a_][%w_]*)", after)
    local follower = value and code:match("^%s*(.?)", after + #value) or ""
    local is_reference = value and value ~= "function" and (follower == "," or follower == "}" or follower == ";")
    local is_function = value == "function" or is_reference
    if is_function and not is_equality and not is_local and before ~= ":" then add(at, name) end
  end
  -- A name at the very start of the file has no character before it.
  local first = code:match("^(test_[%w_]*)%s*=%s*function")
  if first then add(1, first) end
  -- ["test_x"] = function
  for at, from, to in code:gmatch("()%[%s*[\"']() *()[\"']%s*%]%s*=%s*function") do
    local name = source:sub(from, to - 1)
    if name:find("^test_") then add(at, name) end
  end
  table.sort(found, function(a, b) return a.at < b.at end)
  local names = {}
  for _, test in ipairs(found) do names[#names + 1] = test.name end
  return names
end

-- Whether the source defines a function or field of that name.
function lua_source.defines(source, name)
  local code = "\n" .. lua_source.code(source)
  local word = name:gsub("[^%w_]", "%%%0")
  return code:find("function%s+[%w_.:]*%f[%w_]" .. word .. "%f[^%w_]%s*%(") ~= nil
    or code:find("%f[%w_]" .. word .. "%f[^%w_]%s*=%s*function") ~= nil
end

return lua_source
