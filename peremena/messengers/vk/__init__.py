"""VK Messenger through api.vk.ru. Facts and their sources: the notes beside each rule; [?] marks what is inferred."""
