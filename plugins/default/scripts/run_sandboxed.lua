-- Runs Lua test files where there is no lua5.4: moonshift lua run_sandboxed.lua REQUEST
--
-- It writes what run.lua writes. Each file gets fresh globals, libraries and package.loaded; programs, the environment
-- and files outside of the current folder are not there, and nothing that a test can reach says where the report is, or
-- what marks its lines. `moonshift lua` calls the step at the end for one file or one test at a time, each with its own
-- limits.

local request = assert(loadfile(arg[1], "t"))()
local siphash = assert(loadfile(request.siphash, "t"))()
local host, load, loadfile, print = moonshift, load, loadfile, print

local libraries = {
  string = { "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "pack", "packsize", "rep",
    "reverse", "sub", "unpack", "upper" },
  table = { "concat", "insert", "move", "pack", "remove", "sort", "unpack" },
  math = { "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max",
    "maxinteger", "mininteger", "min", "modf", "pi", "rad", "random", "sin", "sqrt", "tan", "tointeger", "type",
    "ult" },
  utf8 = { "char", "charpattern", "codepoint", "codes", "len", "offset" },
  coroutine = { "create", "isyieldable", "resume", "running", "status", "wrap", "yield" },
}
local tables = { string = string, table = table, math = math, utf8 = utf8, coroutine = coroutine }

local function nothing() end

-- Below the current folder, and nowhere else: the request lies outside of it.
local function is_inside(path)
  return type(path) == "string" and path:sub(1, 1) ~= "/" and not ("/" .. path .. "/"):find("/../", 1, true)
end

local function missing(path)
  return tostring(path) .. ": No such file or directory"
end

local function reader(text)
  local position = 1
  local file = {}
  local function line(keeps_end)
    if position > #text then return nil end
    local stop = text:find("\n", position, true) or #text + 1
    local found = text:sub(position, keeps_end and stop or stop - 1)
    position = stop + 1
    return found
  end
  function file.read(_, format)
    format = tostring(format or "l"):gsub("^%*", "")
    if format == "a" then
      local rest = text:sub(position)
      position = #text + 1
      return rest
    elseif format == "n" then
      local first, last = text:find("^%s*[%w%.%+%-]+", position)
      if not first then return nil end
      position = last + 1
      return tonumber(text:sub(first, last))
    elseif tonumber(format) then
      if position > #text then return nil end
      local found = text:sub(position, position + tonumber(format) - 1)
      position = position + #found
      return found
    end
    return line(format == "L")
  end
  function file.lines(_, format)
    return function() return file.read(file, format) end
  end
  function file.close() return true end
  return file
end

local function io_library()
  local function stream(write)
    local file = {}
    function file.write(self, ...)
      for index = 1, select("#", ...) do write(tostring((select(index, ...)))) end
      return self
    end
    file.flush, file.close, file.setvbuf = nothing, nothing, nothing
    return file
  end
  local io = { stdout = stream(host.write), stderr = stream(host.write) }
  function io.write(...) return io.stdout:write(...) end
  function io.open(path, mode)
    if not is_inside(path) then return nil, missing(path), 2 end
    if mode and not mode:find("^r[^+]?$") then return nil, path .. ": files cannot be written here", 30 end
    local ok, text = pcall(host.read_file, path)
    if not ok then return nil, missing(path), 2 end
    return reader(text)
  end
  function io.lines(path, format)
    local file, problem = io.open(path)
    if not file then error(problem, 2) end
    return file:lines(format)
  end
  function io.type(file) return type(file) == "table" and file.read and "file" or nil end
  return io
end

local function os_library()
  return {
    clock = host.clock,
    time = function() return host.time() end,
    difftime = function(late, early) return late - early + 0.0 end,
    getenv = nothing,
    exit = function(code) error("os.exit(" .. tostring(code) .. ") was called in a test", 2) end,
    remove = function(path) return nil, tostring(path) .. ": files cannot be removed here", 30 end,
    rename = function(path) return nil, tostring(path) .. ": files cannot be renamed here", 30 end,
    execute = function() return nil, "exit", 127 end,
  }
end

local function raw_set(object, key, value)
  local meta = getmetatable(object)
  if type(meta) == "table" then setmetatable(object, nil) end
  object[key] = value
  if type(meta) == "table" then setmetatable(object, meta) end
  return object
end

local function add_code_loaders(globals)
  function globals.load(text, name, mode, environment) return load(text, name, mode, environment or globals) end
  function globals.loadfile(path, mode, environment)
    if not is_inside(path) then return nil, "cannot open " .. missing(path) end
    return loadfile(path, mode, environment or globals)
  end
  function globals.dofile(path)
    local chunk, problem = globals.loadfile(path)
    if not chunk then error(problem, 0) end
    return chunk()
  end
  local package = globals.package
  function globals.require(name)
    local loaded = package.loaded[name]
    if loaded ~= nil then return loaded end
    local searched = { "\n\tno field package.preload['" .. name .. "']" }
    local loader, place = package.preload[name], ":preload:"
    if not loader then
      local path = name:gsub("%.", "/"):gsub("%%", "%%%%")
      for template in package.path:gmatch("[^;]+") do
        place = template:gsub("%?", path)
        local problem
        loader, problem = globals.loadfile(place)
        if loader then break end
        if not problem:find("^cannot open ") then
          error("error loading module '" .. name .. "' from file '" .. place .. "':\n\t" .. problem, 2)
        end
        searched[#searched + 1] = "\n\tno file '" .. place .. "'"
      end
    end
    if not loader then error("module '" .. name .. "' not found:" .. table.concat(searched), 2) end
    local value = loader(name, place)
    if value ~= nil then package.loaded[name] = value end
    if package.loaded[name] == nil then package.loaded[name] = true end
    return package.loaded[name], place
  end
end

-- What a test file sees: the globals of Lua, as far as the sandbox has them, and free to be changed.
local function environment()
  local globals = {
    _VERSION = _VERSION, assert = assert, error = error, getmetatable = getmetatable, ipairs = ipairs, next = next,
    pairs = pairs, pcall = pcall, print = print, rawequal = rawequal, rawget = rawget, rawlen = rawlen,
    rawset = raw_set,
    select = select, setmetatable = setmetatable, tonumber = tonumber, tostring = tostring, type = type,
    xpcall = xpcall, collectgarbage = function() return 0 end, io = io_library(), os = os_library(),
    debug = { traceback = function(message) return message end },
  }
  globals._G = globals
  globals.package = { path = "./?.lua;./?/init.lua;./src/?.lua", cpath = "", preload = {}, loaded = { _G = globals },
    config = "/\n;\n?\n!\n-\n" }
  for name, members in pairs(libraries) do
    globals[name] = {}
    for _, member in ipairs(members) do globals[name][member] = tables[name][member] end
  end
  globals.math.randomseed = nothing
  for _, name in ipairs { "string", "table", "math", "utf8", "coroutine", "io", "os", "debug", "package" } do
    globals.package.loaded[name] = globals[name]
  end
  add_code_loaders(globals)
  return globals
end

local escapes = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\\"] = "\\\\" }

local function escaped(text)
  return (text:gsub("[\n\t\r\\]", escapes))
end

local function emit(outcome, file, id, message)
  if #message > 4000 then message = message:sub(1, 2000) .. "\n…\n" .. message:sub(-1900) end
  local line = table.concat({ outcome, escaped(file), escaped(id), escaped(message) }, "\t")
  host.append_file { path = request.report, text = siphash(request.nonce, line) .. "\t" .. line .. "\n" }
  if outcome ~= "passed" then print(outcome .. "\t" .. file .. "\t" .. id .. "\n" .. message) end
end

-- A readable text for whatever was raised.
local function describe(problem)
  if type(problem) == "string" then return problem end
  local ok, made = pcall(tostring, problem)
  return ok and type(made) == "string" and made or "error object of type " .. type(problem)
end

local function guarded(body)
  local thread = coroutine.create(function() return xpcall(body, describe) end)
  local resumed, ok, result = coroutine.resume(thread)
  if not resumed then return false, tostring(ok) end
  if coroutine.status(thread) ~= "dead" then return false, "the test yielded outside of a coroutine" end
  return ok, result
end

local function load_test_file(file)
  file.globals = environment()
  local chunk, problem = loadfile(file.path, "t", file.globals)
  if not chunk then return false, problem end
  return guarded(chunk)
end

-- The test of that name; nil when there is none, which gets no line: that is how it is told to be missing.
local function test_named(id, file)
  local test
  if type(file.exported) == "table" then test = rawget(file.exported, id) end
  if test == nil then test = rawget(file.globals, id) end
  return type(test) == "function" and test or nil
end

local queue, position = {}, 0
for _, target in ipairs(request.targets) do
  local file = { path = target.file }
  queue[#queue + 1] = { file = file }
  for _, id in ipairs(target.ids) do queue[#queue + 1] = { file = file, id = id } end
end

local function settle(item, ok, result)
  local file = item.file
  if item.id then
    emit(ok and "passed" or "failed", file.path, item.id, ok and "" or result)
  elseif ok then
    file.exported = result
  else
    file.problem = result
  end
end

-- One file is loaded, or one test is run; `problem` is what ended the last step before it was done.
local function step(problem)
  local item = queue[position]
  if problem then
    settle(item, false, "stopped: " .. problem)
    return true
  end
  position = position + 1
  item = queue[position]
  if not item then return false end
  if not item.id then
    settle(item, load_test_file(item.file))
  elseif item.file.problem then
    emit("error", item.file.path, item.id, item.file.problem)
  else
    local test = test_named(item.id, item.file)
    if test then settle(item, guarded(test)) end
  end
  return true
end

return { step = step }
