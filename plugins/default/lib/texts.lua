-- The texts that people read: commit messages and pull requests.

local cut = require "lib.cut"

local texts = {}

local subject_limit = 72

local function money(dollars)
  if dollars > 0 and dollars < 0.1 then return string.format("$%.4f", dollars) end
  return string.format("$%.2f", dollars)
end

local function count(number, singular, plural)
  return number .. " " .. (number == 1 and singular or plural or singular .. "s")
end

-- One line without control characters.
local function one_line(text)
  return (text:gsub("[%c%s]+", " "):gsub("^ ", ""):gsub(" $", ""))
end

-- The file's name without folders and ending: the scope of a conventional commit.
local function stem(path)
  local name = path:match("([^/]+)$") or path
  local short = name:match("^(.+)%.[^.]*$") or name
  return (short:gsub("[^%w_.-]+", "-"))
end

-- The conventional type of a feature, by the plan's labels.
local types = { bug = "fix", fix = "fix", docs = "docs", refactor = "refactor", perf = "perf", performance = "perf" }

local function kind(feature)
  for _, label in ipairs(feature.labels) do
    if types[label] then return types[label] end
  end
  return "feat"
end

local verbs = { feat = "add", fix = "fix", docs = "document", refactor = "rework", perf = "speed up" }

local function passed(tests)
  local number = 0
  for _, test in ipairs(tests) do
    if test.outcome == "passed" then number = number + 1 end
  end
  return number
end

function texts.commit(ctx)
  local feature = ctx.feature
  local what, scope = kind(feature), stem(feature.file_path)
  local prefix = what .. "(" .. scope .. "): "
  -- A long scope would leave no room for the words that matter.
  if #prefix > 32 then prefix = what .. ": " end
  local subject = prefix .. verbs[what] .. " " .. one_line(feature.name)
  subject = host.text.truncate { text = subject, limit = subject_limit }
  local body = {}
  if feature.description then
    body[#body + 1] = host.text.wrap { text = one_line(feature.description), width = 72 }
  end
  local tests = passed(ctx.tests)
  if tests > 0 then
    body[#body + 1] = "Proved by " .. count(tests, "test")
      .. (feature.test_path and " in " .. feature.test_path or "") .. ": red before, green after."
  end
  return { subject = subject, body = #body > 0 and table.concat(body, "\n\n") or nil }
end

-- Text for one cell of a Markdown table.
local function cell(text)
  return (one_line(text):gsub("([\\|<>`*_%[%]])", "\\%1"))
end

-- Code in a cell; a backtick inside would end it.
local function code(text)
  return "`" .. one_line(text):gsub("`", "'"):gsub("|", "\\|") .. "`"
end

local function landed_table(landed)
  local lines = { "| Feature | File | Proof | Attempts | Cost | Commit |", "|---|---|---|---:|---:|---|" }
  for _, item in ipairs(landed) do
    local proof = item.proven_tests > 0 and count(item.proven_tests, "test") .. ", red → green" or "green"
    lines[#lines + 1] = "| " .. table.concat({
      cell(item.feature.name), code(item.feature.file_path), proof, tostring(item.attempts), money(item.cost),
      code(item.commit:sub(1, 10)),
    }, " | ") .. " |"
  end
  return table.concat(lines, "\n")
end

-- A fence that the text can not close.
local function fenced(text)
  local longest = 2
  for ticks in text:gmatch("`+") do longest = math.max(longest, #ticks) end
  local fence = ("`"):rep(longest + 1)
  return fence .. "text\n" .. text .. "\n" .. fence
end

local function failed_list(failed)
  local parts = {}
  for _, item in ipairs(failed) do
    local head = "- **" .. cell(item.feature.name) .. "** (" .. code(item.feature.file_path) .. "): "
      .. cell(item.failure.summary) .. " (" .. code(item.failure.kind) .. ", " .. count(item.attempts, "attempt")
      .. ", " .. money(item.cost) .. ")"
    local tail = host.text.trim(item.failure.output_tail or "")
    if tail ~= "" then
      local shown = cut.tail(tail, 1500)
      local details = "<details><summary>Output</summary>\n\n" .. fenced(shown) .. "\n\n</details>"
      head = head .. "\n  " .. details:gsub("\n", "\n  ")
    end
    parts[#parts + 1] = head
  end
  return table.concat(parts, "\n")
end

function texts.pull_request(ctx)
  local landed, failed = ctx.landed, ctx.failed
  local parts = {}
  parts[#parts + 1] = count(#landed, "feature") .. " landed on `" .. ctx.branch .. "`, one commit each, against `"
    .. ctx.base .. "`. Each value of the branch was tested before it became one, "
    .. "by the tests of all features on it."
  if ctx.integration_problem then
    parts[#parts + 1] = "**Not ready to merge with the other batches of the run:** " .. cell(ctx.integration_problem) .. "."
  end
  if #landed > 0 then
    parts[#parts + 1] = "## Landed"
    parts[#parts + 1] = landed_table(landed)
  end
  if #failed > 0 then
    parts[#parts + 1] = "## Not in this pull request"
    parts[#parts + 1] = failed_list(failed)
  end
  if #ctx.flaky_tests > 0 then
    parts[#parts + 1] = "## Flaky tests"
    local lines = { "Failed and then passed on the same tree, so they prove less than the others:", "" }
    for _, test in ipairs(ctx.flaky_tests) do lines[#lines + 1] = "- " .. code(test) end
    parts[#parts + 1] = table.concat(lines, "\n")
  end
  local wasted = 0
  for _, item in ipairs(failed) do wasted = wasted + item.cost end
  local cost = "This batch cost " .. money(ctx.cost)
  if wasted > 0 then cost = cost .. ", of which " .. money(wasted) .. " went into what did not land" end
  parts[#parts + 1] = "## Cost"
  parts[#parts + 1] = cost .. "."
  parts[#parts + 1] = "Run `" .. ctx.run .. "`, batch `" .. ctx.batch .. "`."
  local title
  if #landed == 1 then
    title = "Add " .. one_line(landed[1].feature.name)
  else
    title = ctx.batch .. ": " .. count(#landed, "feature")
  end
  if #failed > 0 then title = title .. " (" .. #failed .. " left out)" end
  return {
    title = host.text.truncate { text = title, limit = subject_limit },
    body = table.concat(parts, "\n\n") .. "\n",
    draft = #landed == 0 or ctx.integration_problem ~= nil,
  }
end

return texts
