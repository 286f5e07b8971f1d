-- Any language: the plan names the command (`test_command`), and its exit code decides.

local cut = require "lib.cut"

local generic = {}

local id = "command"

function generic.matches(ctx)
  return ctx.feature.test_command ~= nil
end

function generic.find(ctx)
  if not ctx.feature.test_command then return {} end
  return { id }
end

-- Nobody but a worker can write a test or a source file in an unknown language.
function generic.skeleton()
  return nil
end

function generic.stub()
  return nil
end

function generic.run(ctx)
  local command = ctx.test_command
  if not command or #command == 0 then
    host.fail("toolchain generic: the feature has no `test_command`")
  end
  return { argv = command }
end

function generic.read(ctx)
  local outcome, message = "passed", ""
  if ctx.timed_out then
    outcome, message = "failed", "the test command was stopped after its time limit"
  elseif ctx.exit == 126 or ctx.exit == 127 then
    outcome, message = "error", "the test command could not be started (exit " .. ctx.exit .. ")"
  elseif ctx.exit ~= 0 then
    outcome, message = "failed", "the test command ended with exit code " .. ctx.exit
  end
  if outcome ~= "passed" then
    local tail = cut.tail(host.text.trim(ctx.output), 2000)
    if tail ~= "" then message = message .. "\n" .. tail end
  end
  local results = {}
  for _, target in ipairs(ctx.targets) do
    for _, asked in ipairs(target.ids) do
      -- A plan may name other ids, but this toolchain only knows the one.
      local known = asked == id
      results[#results + 1] = {
        file = target.file, id = asked,
        outcome = known and outcome or "missing",
        message = known and message or "toolchain generic knows only the test id `" .. id .. "`",
      }
    end
  end
  return results
end

-- What usual commands take their orders from. Whoever may edit the Makefile decides what `make test` means.
local configuration = {
  make = { "Makefile", "makefile", "GNUmakefile", "**/*.mk" },
  just = { "justfile", "Justfile", ".justfile" },
  npm = { "package.json", ".npmrc", "jest.config.*", "vitest.config.*" },
  npx = { "package.json", ".npmrc", "jest.config.*", "vitest.config.*" },
  yarn = { "package.json", ".yarnrc", ".yarnrc.yml", "jest.config.*", "vitest.config.*" },
  pnpm = { "package.json", ".npmrc", "jest.config.*", "vitest.config.*" },
  cargo = { "Cargo.toml", "**/Cargo.toml", ".cargo/**", "rust-toolchain*" },
  go = { "go.mod", "go.work" },
  swift = { "Package.swift" },
  mix = { "mix.exs", "test/test_helper.exs" },
  bundle = { "Gemfile", ".rspec", "Rakefile" },
  rake = { "Rakefile" },
  tox = { "tox.ini", "pyproject.toml", "setup.cfg" },
  nox = { "noxfile.py" },
  pytest = { "conftest.py", "**/conftest.py", "pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini" },
  mvn = { "pom.xml", "**/pom.xml" },
  gradle = { "build.gradle*", "settings.gradle*" },
  ctest = { "CMakeLists.txt", "**/CMakeLists.txt" },
}

function generic.protect(ctx)
  local globs, seen = {}, {}
  local function add(glob)
    if not seen[glob] then
      seen[glob] = true
      globs[#globs + 1] = glob
    end
  end
  for _, argument in ipairs(ctx.feature.test_command or {}) do
    -- Also the words of a `sh -c "…"` line.
    for word in argument:gmatch("[%w_./@+-]+") do
      local name = word:match("([^/]+)$") or word
      for _, glob in ipairs(configuration[name] or {}) do add(glob) end
      local path = word:gsub("^%./", "")
      local is_inside = not path:find("^/") and not path:find("^%-") and not path:find("%.%.")
      if is_inside and path:find("[%w_]%.%w+$") then
        -- The feature's own source may be what the command is given; it has to stay writable.
        if path ~= ctx.feature.file_path then add(path) end
      end
    end
  end
  if ctx.feature.test_path then add(ctx.feature.test_path) end
  return globs
end

return generic
