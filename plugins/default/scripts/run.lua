-- Runs Lua test files in one process: lua run.lua REQUEST
--
-- Each file gets the globals, libraries and package.loaded that this script started with, so that files do not see each
-- other. Results go to the report file, one line an id. A line begins with its tag by a key that no test knows, so what a
-- test prints is never taken for a result, and a line that code under test changes or adds is none.

local request = assert(loadfile(arg[1], "t"))()
local siphash = assert(loadfile(request.siphash, "t"))()
local report = assert(io.open(request.report, "w"))
-- Nothing on disk says what the key is.
os.remove(arg[1])
os.remove(request.siphash)
os.remove(arg[0])
arg = nil

local clock, getmetatable, pcall, print = os.clock, getmetatable, pcall, print
local tostring, type, xpcall, error = tostring, type, xpcall, error
local load_file, sethook, setmetatable_raw, traceback = loadfile, debug.sethook, debug.setmetatable, debug.traceback
local ipairs, rawget, rawset, next_key = ipairs, rawget, rawset, next
local coroutine_create, coroutine_resume, coroutine_status = coroutine.create, coroutine.resume, coroutine.status
local collect = collectgarbage
local flush, write = report.flush, report.write
local gsub, sub = string.gsub, string.sub
local globals, nonce = _G, request.nonce
request = { targets = request.targets }

-- The processor time after which one test is stopped, in seconds; the others still run.
local test_limit = 60

-- A program under test that ends the process would take the other tests with it.
os.exit = function(code)
  error("os.exit(" .. tostring(code) .. ") was called in a test", 2)
end

-- With these a test could read the locals of this script.
for _, name in ipairs { "debug", "getlocal", "getregistry", "getupvalue", "sethook", "setlocal", "setmetatable",
  "setupvalue", "upvalueid", "upvaluejoin", "gethook", "setuservalue", "getuservalue", "setcstacklimit" } do
  debug[name] = nil
end
package.path = "./?.lua;./?/init.lua;./src/?.lua"

-- Copies of everything that a file could change: the globals, and each library's table.
local pristine = {}
local function remember(object)
  if pristine[object] then return end
  local copy = {}
  for key, value in next_key, object do copy[key] = value end
  pristine[object] = { content = copy, meta = getmetatable(object) }
end
remember(globals)
for _, library in next_key, package.loaded do
  if type(library) == "table" then remember(library) end
end
remember(package.loaded)
remember(package.preload)
remember(package.searchers)
local string_meta = getmetatable("")
remember(string_meta)

local function restore_marker() end

local function restore()
  for object, state in next_key, pristine do
    setmetatable_raw(object, state.meta)
    for key in next_key, object do
      if state.content[key] == nil then rawset(object, key, nil) end
    end
    for key, value in next_key, state.content do rawset(object, key, value) end
  end
  for _, value in ipairs { 0, true, restore_marker, coroutine_create(restore_marker) } do
    setmetatable_raw(value, nil)
  end
  setmetatable_raw("", string_meta)
  setmetatable_raw(nil, nil)
end

local escapes = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\\"] = "\\\\" }

local function escaped(text)
  return (gsub(text, "[\n\t\r\\]", escapes))
end

local function emit(outcome, file, id, message)
  if #message > 4000 then message = sub(message, 1, 2000) .. "\n…\n" .. sub(message, -1900) end
  local line = outcome .. "\t" .. escaped(file) .. "\t" .. escaped(id) .. "\t" .. escaped(message)
  write(report, siphash(nonce, line), "\t", line, "\n")
  flush(report)
  if outcome ~= "passed" then print(outcome .. "\t" .. file .. "\t" .. id .. "\n" .. message) end
end

-- A readable text for whatever was raised, without this script's own frames.
local function describe(problem)
  local text
  if type(problem) == "string" then
    text = problem
  else
    local ok, made = pcall(tostring, problem)
    text = ok and type(made) == "string" and made or "error object of type " .. type(problem)
  end
  local trace = gsub(traceback("", 2), "\n[^\n]*run%.lua[^\n]*", "")
  trace = gsub(trace, "\n%s*%[C%]: in [^\n]*", "")
  trace = gsub(trace, "^%s*stack traceback:%s*$", "")
  return text .. trace
end

-- Runs one function on a thread of its own, with a limit on its processor time.
local function guarded(body)
  local deadline = clock() + test_limit
  local thread = coroutine_create(function() return xpcall(body, describe) end)
  sethook(thread, function()
    if clock() > deadline then error("stopped after " .. test_limit .. " s of processor time", 2) end
  end, "", 1000000)
  local resumed, ok, result = coroutine_resume(thread)
  if not resumed then return false, tostring(ok) end
  -- Whatever it yielded, `true` too, is no result.
  if coroutine_status(thread) ~= "dead" then return false, "the test yielded outside of a coroutine" end
  return ok, result
end

local function run_file(file, ids)
  restore()
  local chunk, problem = load_file(file, "t")
  local ok, exported = false, problem
  if chunk then ok, exported = guarded(chunk) end
  for _, id in ipairs(ids) do
    if not ok then
      emit("error", file, id, exported)
    else
      local test
      if type(exported) == "table" then test = rawget(exported, id) end
      if test == nil then test = rawget(globals, id) end
      -- An id that is not there gets no line: that is how it is told to be missing.
      if type(test) == "function" then
        local passed, message = guarded(test)
        emit(passed and "passed" or "failed", file, id, passed and "" or message)
      end
    end
  end
  collect()
end

for _, target in ipairs(request.targets) do run_file(target.file, target.ids) end
restore()
report:close()
