//! Which targets belong to which source: one list of positions for each.

/// Lists of positions, one after the other.
#[derive(Debug, Default)]
pub struct Groups {
    ends: Vec<usize>,
    items: Vec<usize>,
}

impl Groups {
    /// This many empty lists.
    pub(crate) fn empty(count: usize) -> Groups {
        Groups {
            ends: vec![0; count],
            items: Vec::new(),
        }
    }

    pub(crate) fn with_capacity(groups: usize, items: usize) -> Groups {
        Groups {
            ends: Vec::with_capacity(groups),
            items: Vec::with_capacity(items),
        }
    }

    /// Lists of one item at most.
    pub(crate) fn of_each(items: &[Option<usize>]) -> Groups {
        let mut groups = Groups::with_capacity(items.len(), items.len());
        for item in items {
            item.iter().for_each(|item| groups.push(*item));
            groups.close();
        }
        groups
    }

    /// How many items there are in all lists.
    pub(crate) fn items(&self) -> usize {
        self.items.len()
    }

    /// Sorts items by the group that each is in, those of one group in their order.
    pub(crate) fn sorted(groups: usize, group_of: &[usize]) -> Groups {
        let mut ends = vec![0; groups];
        for group in group_of {
            ends[*group] += 1;
        }
        let mut start = 0;
        for end in &mut ends {
            // For now where the next item of the group goes.
            start += std::mem::replace(end, start);
        }
        let mut items = vec![0; group_of.len()];
        for (item, group) in group_of.iter().enumerate() {
            items[ends[*group]] = item;
            ends[*group] += 1;
        }
        Groups { ends, items }
    }

    /// Sorts the items of each list by their numbers.
    pub(crate) fn sort_each(&mut self, numbers: &[i64]) {
        if numbers.is_sorted() {
            return;
        }
        for group in 0..self.len() {
            let range = self.range(group);
            self.items[range].sort_unstable_by_key(|item| numbers[*item]);
        }
    }

    /// Adds an item to the last list, which [`close`](Groups::close) ends.
    pub(crate) fn push(&mut self, item: usize) {
        self.items.push(item);
    }

    pub(crate) fn close(&mut self) {
        self.ends.push(self.items.len());
    }

    /// The lists of what the items of these lists lead to, in one list each.
    pub(crate) fn through(&self, of_items: &Groups) -> Groups {
        let items = Ord::max(self.items(), of_items.items());
        let mut through = Groups::with_capacity(self.len(), items);
        let mut start = 0;
        for &end in &self.ends {
            for &item in &self.items[start..end] {
                through.items.extend_from_slice(of_items.get(item));
            }
            through.close();
            start = end;
        }
        through
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, group: usize) -> &[usize] {
        &self.items[self.range(group)]
    }

    /// Where the items of a group stand among all.
    fn range(&self, group: usize) -> std::ops::Range<usize> {
        let start = match group {
            0 => 0,
            _ => self.ends[group - 1],
        };
        start..self.ends[group]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[usize]> {
        (0..self.len()).map(|group| self.get(group))
    }
}

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn items_are_sorted_within_their_groups() {
        let mut groups = Groups::sorted(3, &[2, 0, 2, 0, 2]);
        groups.sort_each(&[50, 40, -30, 20, -10]);
        let lists: Vec<&[usize]> = groups.iter().collect();
        assert_eq!(lists, [&[3, 1][..], &[], &[2, 4, 0]]);
    }

    #[test]
    fn items_are_sorted_by_group_in_their_order() {
        let groups = Groups::sorted(4, &[2, 0, 2, 3, 0]);
        let lists: Vec<&[usize]> = groups.iter().collect();
        assert_eq!(lists, [&[1, 4][..], &[], &[0, 2], &[3]]);
    }
}
