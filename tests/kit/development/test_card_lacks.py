"""What a card may lack; a Chinese text is counted in characters, an English one in words."""

from minicompress.kit.development.card_lacks import card_lacks, count_words


def test_words_and_characters_are_counted():
    assert count_words("Prune the smallest weights first.", "en") == 5
    assert count_words("先剪最小的权重", "zh") == 7


def test_a_card_with_another_title_than_the_catalogue_lacks_that_title():
    assert card_lacks("pruning/weight_pruning", "en") == []
    assert card_lacks("pruning/weight_pruning", "en", "Another title") != []
