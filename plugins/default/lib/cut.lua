-- Shortens long texts. Limits are bytes; a character is never cut in two.

local cut = {}

-- The end of the text, where the cause of a failure usually stands.
function cut.tail(text, limit)
  if #text <= limit then return text end
  return "…\n" .. text:sub(-limit):gsub("^[\x80-\xBF]+", "")
end

-- The start and the end of the text.
function cut.middle(text, limit)
  if #text <= limit then return text end
  local head = text:sub(1, limit // 2):gsub("[\xC0-\xFF][\x80-\xBF]*$", "")
  return head .. "\n…\n" .. text:sub(-(limit - limit // 2)):gsub("^[\x80-\xBF]+", "")
end

return cut
