//! Names as they are met together in the world, a row for each part of it.

/// Given names and family names that go together.
pub(super) struct Names {
    pub(super) given: &'static [&'static str],
    pub(super) family: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) const NAMES: &[Names] = &[
    Names { given: &["Olivia", "James", "Grace", "Henry", "Emily", "Daniel", "Chloe", "Samuel", "Ruby", "Thomas", "Alice", "Joseph"],
            family: &["Walker", "Bennett", "Hughes", "Foster", "Reed", "Palmer", "Brooks", "Coleman", "Hayes", "Turner", "Marsh", "O’Connor"] },
    Names { given: &["Lena", "Jonas", "Hannah", "Felix", "Mia", "Lukas", "Jürgen", "Annika", "Moritz", "Käthe", "Sören", "Greta"],
            family: &["Müller", "Schneider", "Weiß", "Krüger", "Hoffmann", "Schäfer", "Vogel", "Brandt", "Lindemann", "Böhm", "Kühn", "Richter"] },
    Names { given: &["Chloé", "Louis", "Camille", "Étienne", "Manon", "Hugo", "Élodie", "Mathis", "Zoë", "Théo", "Anaïs", "Gaëlle"],
            family: &["Martin", "Lefèvre", "Moreau", "Girard", "Rousseau", "Chevalier", "Gauthier", "Perrin", "Besson", "Noël", "Fournier", "Leclerc"] },
    Names { given: &["Lucía", "Mateo", "Sofía", "Diego", "Valentina", "Álvaro", "Inés", "Joaquín", "Camila", "Íñigo", "Renata", "Tomás"],
            family: &["Fernández", "Gutiérrez", "Ramírez", "Ortega", "Castaño", "Núñez", "Morales", "Peña", "Vargas", "Ibáñez", "Salazar", "Quintero"] },
    Names { given: &["Amara", "Chinedu", "Ngozi", "Emeka", "Zainab", "Tunde", "Adaeze", "Kwame", "Abena", "Kofi", "Wanjiru", "Thabo"],
            family: &["Nwosu", "Okafor", "Adeyemi", "Mensah", "Owusu", "Eze", "Balogun", "Kamau", "Dlamini", "Asante", "Obi", "Moyo"] },
    Names { given: &["Aarav", "Priya", "Rohan", "Ananya", "Ravi", "Meera", "Vikram", "Kavya", "Arjun", "Divya", "Sanjay", "Lakshmi"],
            family: &["Patel", "Sharma", "Iyer", "Reddy", "Banerjee", "Nair", "Kulkarni", "Chatterjee", "Menon", "Desai", "Joshi", "Rao"] },
    Names { given: &["Kenji", "Sakura", "Haruto", "Yuki", "Aoi", "Ren", "Hina", "Takumi", "Mei", "Daichi", "Emi", "Sora"],
            family: &["Watanabe", "Tanaka", "Suzuki", "Kobayashi", "Yamamoto", "Nakamura", "Itō", "Katō", "Ōno", "Mori", "Hayashi", "Shimizu"] },
    Names { given: &["Wei", "Xiaoming", "Lan", "Jun", "Mei-Ling", "Hao", "Ying", "Zhi", "Qing", "Bo", "Xue", "Tao"],
            family: &["Wang", "Li", "Zhang", "Chen", "Liu", "Yang", "Huang", "Zhao", "Wu", "Zhou", "Xu", "Sun"] },
    Names { given: &["Omar", "Layla", "Yusuf", "Fatima", "Karim", "Noor", "Tariq", "Samira", "Hassan", "Rania", "Bilal", "Amal"],
            family: &["Haddad", "Al-Masri", "Khalil", "Nasser", "Farouk", "Mansour", "Darwish", "Saleh", "Qureshi", "Aziz", "Rahman", "El-Sayed"] },
    Names { given: &["Nils", "Astrid", "Bjørn", "Freja", "Lars", "Ingrid", "Åsa", "Søren", "Elin", "Mikkel", "Sigrid", "Øyvind"],
            family: &["Berg", "Lindqvist", "Håkansson", "Sørensen", "Nygård", "Bjørnstad", "Åkesson", "Dahl", "Holm", "Østergaard", "Strand", "Lund"] },
    Names { given: &["Zofia", "Jakub", "Agnieszka", "Paweł", "Katarína", "Ondřej", "Jana", "Łukasz", "Zuzana", "Tomáš", "Małgorzata", "Jiří"],
            family: &["Kowalski", "Nowak", "Wiśniewski", "Dvořák", "Novotný", "Zieliński", "Horváth", "Černý", "Wójcik", "Svoboda", "Kamiński", "Kučera"] },
    Names { given: &["Beatriz", "João", "Mariana", "Rafael", "Letícia", "Gonçalo", "Thaís", "Caio", "Fernanda", "Antônio", "Júlia", "Vinícius"],
            family: &["Silva", "Conceição", "Araújo", "Magalhães", "Carvalho", "Gonçalves", "Teixeira", "Moura", "Barros", "Simões", "Lourenço", "Brandão"] },
    Names { given: &["Minh", "Linh", "Siti", "Agus", "Thảo", "Dewi", "Ji-woo", "Min-jun", "Seo-yeon", "Hyun", "Kanya", "Somchai"],
            family: &["Nguyễn", "Trần", "Lê", "Phạm", "Kim", "Park", "Choi", "Santoso", "Wijaya", "Hartono", "Srisai", "Jung"] },
    Names { given: &["Eleni", "Nikos", "Giulia", "Matteo", "Chiara", "Yiannis", "Elif", "Emre", "Defne", "Lorenzo", "Sofia", "Kerem"],
            family: &["Papadopoulos", "Rossi", "Bianchi", "Yılmaz", "Demir", "Conti", "Economou", "Şahin", "Ricci", "Kaya", "Ferrari", "Öztürk"] },
];
